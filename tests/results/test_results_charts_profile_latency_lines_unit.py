"""results.charts_profile.latency_lines."""

from results.charts_profile import latency_lines
from results.measuring.latencies import LatencySlice


def test_draws_both_percentiles_at_the_middle_of_each_slice() -> None:
    lines = latency_lines([LatencySlice(0, 49, 50, 5, 20), LatencySlice(50, 99, 50, 10, 10)], 100)
    assert lines.top_ms == 20
    assert lines.p50 == "25.00,45.00 75.00,30.00"
    assert lines.p95 == "25.00,0.00 75.00,30.00"


def test_of_nothing_there_are_no_lines() -> None:
    assert latency_lines([], 0).p50 == ""
