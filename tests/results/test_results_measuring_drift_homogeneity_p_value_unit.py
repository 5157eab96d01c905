"""The chi-squared test agrees with scipy's."""

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from results.measuring.drift import homogeneity_p_value


@pytest.mark.parametrize("bins", [2, 3, 10, 20, 21])
@pytest.mark.parametrize("scale", [5, 500])
def test_p_value_agrees_with_scipy(bins: int, scale: int) -> None:
    rng = np.random.default_rng(bins * scale)
    counts = rng.integers(1, scale, size=bins).astype(float)
    baseline = rng.integers(1, scale, size=bins).astype(float)
    expected = chi2_contingency(np.stack([counts, baseline]), correction=False).pvalue
    assert homogeneity_p_value(counts, baseline) == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_one_bin_says_nothing() -> None:
    assert homogeneity_p_value(np.array([5.0, 0.0]), np.array([9.0, 0.0])) == 1.0
