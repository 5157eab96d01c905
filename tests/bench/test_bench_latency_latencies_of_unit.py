"""Percentiles of times."""

import numpy as np

from bench.latency import Latencies, latencies_of


def test_interpolates_between_the_closest() -> None:
    assert latencies_of(np.arange(101.0)) == Latencies(p50=50.0, p99=99.0, max=100.0)
    assert latencies_of(np.array([3.0])) == Latencies(3.0, 3.0, 3.0)
