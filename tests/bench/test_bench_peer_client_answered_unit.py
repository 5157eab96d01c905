"""bench.peer_client.answered."""

import pytest

from bench.peer_client import Answered, answered


def test_counts_pictures_and_gives_times_in_milliseconds() -> None:
    found = answered([0.001] * 99 + [0.101], pictures=64, seconds=2)
    assert found.fps == 3200
    assert [found.p50_ms, found.p99_ms] == pytest.approx([1, 2])


def test_one_request_is_all_there_is() -> None:
    assert answered([0.5], pictures=1, seconds=0.5) == Answered(fps=2, p50_ms=500, p99_ms=500)
