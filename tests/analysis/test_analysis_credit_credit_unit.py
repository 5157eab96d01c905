"""When the client grants how much credit."""

import pytest

from analysis.credit import Credit


def test_begins_with_a_whole_window() -> None:
    assert Credit(announced=1000, window=64).advance(0) == 64


def test_never_goes_beyond_what_is_announced() -> None:
    credit = Credit(announced=10, window=64)
    assert credit.advance(0) == 10
    assert credit.advance(10) is None
    assert credit.granted == 10


def test_waits_until_a_quarter_of_the_window_is_free() -> None:
    credit = Credit(announced=1000, window=64)
    credit.advance(0)
    assert credit.advance(15) is None
    assert credit.advance(16) == 80


def test_grants_the_last_frames_at_once() -> None:
    credit = Credit(announced=70, window=64)
    credit.advance(0)
    assert credit.advance(6) == 70


def test_never_takes_credit_back() -> None:
    credit = Credit(announced=1000, window=8)
    credit.advance(100)
    assert credit.advance(50) is None
    assert credit.granted == 108


@pytest.mark.parametrize("window", [0, 1])
def test_lets_a_tiny_window_move_frame_by_frame(window: int) -> None:
    credit = Credit(announced=3, window=window)
    assert [credit.advance(sequence) for sequence in range(4)] == [1, 2, 3, None]
