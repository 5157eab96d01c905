"""access.limits.SlidingWindow."""

import threading
from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.limits import SlidingWindow


def test_the_limit_holds_from_any_moment_on_and_says_when_to_come_back() -> None:
    window = SlidingWindow(2, 60)
    assert window.hit("a", 0) == 0
    assert window.hit("a", 50) == 0
    assert window.hit("a", 59) == pytest.approx(1)
    assert window.hit("a", 60) == 0
    # The minute counts from each event, not from the clock's full minutes.
    assert window.hit("a", 61) == pytest.approx(49)


def test_keys_count_apart() -> None:
    window = SlidingWindow(1, 60)
    assert window.hit("a", 0) == 0
    assert window.hit("b", 0) == 0
    assert window.hit("a", 0) == 60


def test_what_is_refused_does_not_count() -> None:
    window = SlidingWindow(1, 60)
    window.hit("a", 0)
    for second in range(1, 60):
        assert window.hit("a", second) == 60 - second
    assert window.hit("a", 60) == 0


def test_memory_is_bounded_whoever_comes() -> None:
    window = SlidingWindow(10, 60, max_events=100)
    for number in range(100_000):
        window.hit(f"address {number}", number / 1_000_000)
        assert len(window) <= 100


def test_of_too_many_keys_the_one_that_was_quiet_longest_is_forgotten() -> None:
    window = SlidingWindow(1, 60, max_events=2)
    window.hit("a", 0)
    window.hit("b", 1)
    window.hit("c", 2)
    assert window.hit("b", 3) > 0
    assert window.hit("c", 3) > 0
    assert window.hit("a", 3) == 0


def test_one_key_has_its_limit_even_where_that_is_all_there_is_room_for() -> None:
    window = SlidingWindow(5, 60, max_events=1)
    assert [window.hit("a", 0) for _ in range(5)] == [0] * 5
    assert window.hit("a", 0) == 60


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 20)), max_size=60),
    st.integers(1, 4),
    st.floats(0.5, 10),
)
def test_no_span_of_the_windows_length_ever_holds_more(
    steps: list[tuple[str, float]], limit: int, window_s: float
) -> None:
    window = SlidingWindow(limit, window_s)
    passed: dict[str, deque[float]] = {"a": deque(), "b": deque()}
    now = 0.0
    for key, pause in steps:
        now += pause
        if window.hit(key, now) == 0:
            passed[key].append(now)
    for times in passed.values():
        for index, first in enumerate(list(times)[limit:]):
            assert first >= times[index] + window_s


def test_threads_cannot_slip_past_it() -> None:
    window = SlidingWindow(1000, 60)
    passed: list[float] = []

    def hit_often() -> None:
        passed.extend(window.hit("a", 0) for _ in range(1000))

    threads = [threading.Thread(target=hit_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert passed.count(0) == 1000
