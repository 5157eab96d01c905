"""results.measuring.latencies.slices_of."""

import numpy as np
import pytest

from results.measuring.latencies import LatencySlice, slices_of


def test_each_slice_has_the_percentiles_of_its_frames() -> None:
    latencies = np.random.default_rng(0).uniform(1, 50, 6000)
    found = slices_of(range(6000), latencies.tolist(), 6000)
    assert len(found) == 60
    for index, one in enumerate(found):
        part = latencies[index * 100 : (index + 1) * 100]
        assert (one.first, one.last, one.frames) == (index * 100, index * 100 + 99, 100)
        assert [one.p50_ms, one.p95_ms] == pytest.approx(np.percentile(part, [50, 95]).tolist())


def test_a_session_of_few_frames_has_as_many_slices() -> None:
    assert slices_of([0, 2], [5.0, 7.0], 3) == (
        LatencySlice(0, 0, 1, 5.0, 5.0),
        LatencySlice(2, 2, 1, 7.0, 7.0),
    )


def test_of_nothing_there_is_nothing() -> None:
    assert not slices_of([], [], 100)
