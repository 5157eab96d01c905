"""Whether to connect once more, and after how long."""

from analysis.backoff import HELD_S, Backoff, Patience


class _Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def _patience(limit_s: float) -> tuple[Patience, _Clock]:
    clock = _Clock()
    backoff = Backoff(first_s=1, limit_s=8, draw=lambda: 1.0)
    return Patience(limit_s, backoff=backoff, clock=clock), clock


def test_never_tries_again_where_it_may_not() -> None:
    assert _patience(0)[0].failed() is None


def test_tries_until_its_limit_and_once_at_it() -> None:
    patience, clock = _patience(10)
    delays = []
    while (delay := patience.failed()) is not None:
        delays.append(delay)
        clock.now += delay
    assert delays == [1, 2, 4, 3]
    assert clock.now == 1010


def test_begins_anew_once_something_came() -> None:
    patience, clock = _patience(10)
    patience.failed()
    patience.failed()
    clock.now += 9
    patience.connected()
    patience.succeeded()
    clock.now += 5
    assert patience.failed() == 1


def test_a_connection_over_which_nothing_came_is_no_success() -> None:
    patience, clock = _patience(10)
    for _ in range(5):
        assert patience.failed() is not None
        clock.now += 1.9
        patience.connected()
    clock.now += 1
    assert patience.failed() is None


def test_a_connection_that_held_for_long_is_no_part_of_the_trouble_before_it() -> None:
    patience, clock = _patience(10)
    patience.failed()
    patience.connected()
    clock.now += HELD_S
    assert patience.failed() == 1


def test_that_it_held_is_no_merit_where_the_other_side_was_silent() -> None:
    patience, clock = _patience(10)
    patience.failed()
    patience.connected()
    clock.now += HELD_S
    assert patience.failed(silent=True) is None


def test_tries_for_no_longer_than_it_is_hurried_to() -> None:
    patience, clock = _patience(1000)
    for _ in range(6):
        patience.failed()
    clock.now += 100
    patience.hurry(5)
    assert patience.failed() == 1
    clock.now += 5
    assert patience.failed() is None


def test_is_not_made_more_patient_by_hurry() -> None:
    patience, _ = _patience(0)
    patience.hurry(5)
    assert patience.failed() is None
