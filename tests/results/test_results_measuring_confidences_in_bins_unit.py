"""results.measuring.confidences.in_bins."""

import numpy as np
import pytest

from results.measuring.confidences import STEPS, in_bins


@pytest.mark.parametrize("bins", [10, 15, 20, 100])
def test_adds_up_to_the_same_with_a_confidence_of_one_in_the_last(bins: int) -> None:
    values = np.arange(STEPS + 1)
    found = in_bins(values, bins)
    assert found.shape == (bins,)
    assert found.sum() == values.sum()
    assert found[-1] == values[-(STEPS // bins) - 1 :].sum()


def test_bins_that_cut_a_step_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be put into 8"):
        in_bins(np.zeros(STEPS + 1), 8)
