"""Drift is called by its size and only where it cannot be chance."""

import numpy as np
import pytest

from results.measuring.drift import LARGE, MODERATE, drift_of

BASELINE = [500] * 10


def test_sees_none_in_a_sample_of_the_same_mix() -> None:
    rng = np.random.default_rng(1)
    for count in (60, 1_000, 20_000):
        found = drift_of(rng.multinomial(count, [0.1] * 10).tolist(), BASELINE)
        assert found is not None and found.level == "none"


@pytest.mark.parametrize(
    ("counts", "level"),
    [
        pytest.param([1250] + [417] * 9, "moderate", id="a quarter of one class"),
        pytest.param([5000] + [0] * 9, "large", id="one class only"),
        pytest.param([40] + [0] * 9, "none", id="one class only, but few frames"),
        pytest.param([520, 480] * 5, "none", id="beyond no threshold"),
    ],
)
def test_reads_the_index_as_is_usual(counts: list[int], level: str) -> None:
    found = drift_of(counts, BASELINE)
    assert found is not None and found.level == level
    assert (found.index >= MODERATE) is (level != "none" or sum(counts) == 40)
    assert (found.index >= LARGE) is (level == "large" or sum(counts) == 40)


def test_calls_no_small_shift_drift_however_sure_it_is() -> None:
    found = drift_of([105_000, 95_000] * 5, [100_000] * 10)
    assert found is not None and found.p_value < 1e-6 and found.level == "none"


def test_needs_frames_on_both_sides() -> None:
    assert drift_of([0] * 10, BASELINE) is None and drift_of([1] * 10, [0] * 10) is None


def test_refuses_other_bins() -> None:
    with pytest.raises(ValueError, match="expected counts in 10 bins, got 9"):
        drift_of([1] * 9, BASELINE)
