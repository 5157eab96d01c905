"""How long a client waits before it connects again."""

from analysis.backoff import Backoff


def test_doubles_up_to_its_limit() -> None:
    backoff = Backoff(first_s=1, limit_s=5, draw=lambda: 1.0)
    assert [backoff.next_s() for _ in range(5)] == [1, 2, 4, 5, 5]


def test_shortens_at_random_by_up_to_half() -> None:
    assert Backoff(first_s=1, draw=lambda: 0.0).next_s() == 0.5
    assert 0.5 <= Backoff(first_s=1).next_s() <= 1


def test_begins_again() -> None:
    backoff = Backoff(first_s=1, draw=lambda: 1.0)
    backoff.next_s()
    backoff.next_s()
    backoff.reset()
    assert backoff.next_s() == 1
