"""The calibration error is what the definition gives when worked out bin by bin."""

import numpy as np
import pytest

from analysis.classifiers.calibration import softmax
from analysis.errors import TrainingError
from analysis.evaluation.metrics import expected_calibration_error


def test_agrees_with_the_definition() -> None:
    rng = np.random.default_rng(0)
    probabilities = softmax(rng.normal(size=(500, 4)) * 2)
    labels = rng.integers(0, 4, size=500)
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    expected = 0.0
    for low in np.arange(10) / 10:
        inside = (confidence > low) & (confidence <= low + 0.1)
        if inside.any():
            expected += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    measured = expected_calibration_error(probabilities, labels, bins=10)
    assert measured == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("label", "expected"),
    [pytest.param(0, 0.0, id="certain and right"), pytest.param(1, 1.0, id="certain and wrong")],
)
def test_spans_from_0_to_1(label: int, expected: float) -> None:
    certain = np.array([[1.0, 0.0]] * 3)
    assert expected_calibration_error(certain, np.full(3, label)) == expected


def test_has_no_value_for_nothing() -> None:
    with pytest.raises(TrainingError, match="expected at least 1 picture, got 0"):
        expected_calibration_error(np.zeros((0, 2)), np.zeros(0, dtype=np.int64))
