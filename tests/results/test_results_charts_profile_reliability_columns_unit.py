"""results.charts_profile.reliability_columns."""

import numpy as np

from results.charts_profile import reliability_columns
from results.measuring.calibration import calibration_of
from results.measuring.confidences import ConfidenceCounts


def test_a_column_is_as_high_as_its_bin_is_right() -> None:
    counts = ConfidenceCounts()
    counts.add(np.full(20, 0.9), np.ones(20, dtype=np.int64), np.array([1] * 15 + [0] * 5))
    counts.add(np.array([0.5]), np.array([1]), np.array([0]))
    few, many = reliability_columns(calibration_of(counts))
    assert (few.height, few.y, few.is_few) == (0, 100, True)
    assert (many.height, many.y, many.is_few) == (75, 25, False)
    assert (many.point_x, many.point_y) == (90, 25)
    assert many.x < 90 < many.x + many.width
