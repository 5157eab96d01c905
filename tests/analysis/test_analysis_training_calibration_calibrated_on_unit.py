"""A temperature is fitted on what was kept back, and how the package answers there is kept."""

import numpy as np
import pytest

from analysis.errors import TrainingError
from analysis.evaluation.metrics import expected_calibration_error, softmax
from analysis.training.calibration import calibrated_on
from tests.analysis.tiny_models import stripes, tiny_card


def test_keeps_temperature_measurement_and_baseline() -> None:
    validation = stripes(60)
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(60, 3)).astype(np.float32)
    logits[np.arange(60), validation.labels] += 2.0
    card = calibrated_on(tiny_card(format=2), logits, validation)
    probabilities = softmax(logits, temperature=card.temperature)
    (measured,) = card.measurements
    assert measured.part == "validation" and measured.images == 60
    assert measured.accuracy == (logits.argmax(axis=1) == validation.labels).mean()
    assert measured.expected_calibration_error == expected_calibration_error(
        probabilities, validation.labels
    )
    assert card.baseline is not None and card.baseline.part == "validation"
    assert card.baseline.class_counts == tuple(np.bincount(logits.argmax(axis=1), minlength=3))
    highest = probabilities.max(axis=1)
    assert card.baseline.confidence_counts[-1] == (highest >= 0.95).sum()


def test_needs_pictures() -> None:
    with pytest.raises(TrainingError, match="expected at least 1 picture, got 0"):
        calibrated_on(tiny_card(), np.zeros((0, 3), dtype=np.float32), stripes(0))
