"""bench.process_trace.Trace."""

import pytest

from bench.process_trace import Look, Trace

TRACE = Trace(
    [
        Look(at_ns=second * 10**9, cpu_s=cpu_s, resident_bytes=resident)
        for second, (cpu_s, resident) in enumerate([(1.0, 10), (1.5, 30), (2.5, 20), (2.5, 5)])
    ]
)


def test_the_rate_is_of_processor_seconds_over_seconds() -> None:
    assert TRACE.cpu_rate == pytest.approx(0.5)


def test_the_most_memory_is_of_any_look() -> None:
    assert TRACE.most_resident_bytes == 30


def test_a_time_has_the_looks_within_it() -> None:
    assert TRACE.within(10**9, 2 * 10**9).cpu_rate == pytest.approx(1.0)
    assert TRACE.within(2 * 10**9, 3 * 10**9).most_resident_bytes == 20


@pytest.mark.parametrize("time", [(0, 0), (10**9, 10**9 + 1)])
def test_a_time_that_is_too_short_stands_for_all(time: tuple[int, int]) -> None:
    assert TRACE.within(*time).looks == TRACE.looks


def test_nothing_seen_says_nothing() -> None:
    assert Trace().cpu_rate is None
    assert Trace().most_resident_bytes is None
