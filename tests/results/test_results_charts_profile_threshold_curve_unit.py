"""results.charts_profile.threshold_curve."""

import numpy as np

from results.charts_profile import threshold_curve
from results.measuring.confidences import ConfidenceCounts
from results.measuring.thresholds import effects_of


def _curve(labels: list[int]) -> tuple[list[str], list[str]]:
    counts = ConfidenceCounts()
    counts.add(np.array([0.25, 0.5]), np.array([1, 1]), np.array(labels))
    curve = threshold_curve(effects_of(counts))
    return curve.kept.split(), curve.precision.split()


def test_draws_what_is_kept_and_how_precise_it_is() -> None:
    kept, precision = _curve([0, 1])
    assert (len(kept), kept[0], kept[25], kept[26], kept[-1]) == (
        *(101, "0.00,0.00", "25.00,0.00", "26.00,30.00"),
        "100.00,60.00",
    )
    # Half of both are right, the surer one is; above it nothing is kept.
    assert (precision[0], precision[26], precision[-1]) == (
        "0.00,30.00",
        "26.00,0.00",
        "50.00,0.00",
    )


def test_without_labels_there_is_no_precision() -> None:
    assert not _curve([-1, -1])[1]
