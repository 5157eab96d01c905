"""The population stability index, by its definition."""

import numpy as np
import pytest

from results.measuring.drift import stability_index


def test_index_is_the_symmetric_divergence_of_the_shares() -> None:
    counts, baseline = np.array([300.0, 700.0]), np.array([500.0, 500.0])
    p, q = (counts + 0.5) / 1001, (baseline + 0.5) / 1001
    expected = (p * np.log(p / q)).sum() + (q * np.log(q / p)).sum()
    assert stability_index(counts, baseline) == pytest.approx(expected)
    assert stability_index(counts=baseline, baseline=counts) == pytest.approx(expected)
