"""bench.load_figures.delays."""

import numpy as np
import pytest

from bench.load_figures import ON_TIME_MS, Delays, delays


def test_gives_quantiles_and_the_share_on_time() -> None:
    found = delays(np.arange(101, dtype=np.float64))
    assert (found.p50, found.p99, found.highest) == pytest.approx((50, 99, 100))
    assert found.on_time == pytest.approx((ON_TIME_MS + 1) / 101)


def test_nothing_measured_is_none_and_not_zero() -> None:
    assert delays(np.array([])) == Delays(None, None, None, None)
