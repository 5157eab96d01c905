"""A scaling is fitted on what was kept back, and how the package answers there is kept."""

import numpy as np
import pytest

from analysis.classifiers.calibration import Calibration
from analysis.errors import TrainingError
from analysis.evaluation.metrics import expected_calibration_error
from analysis.training.calibration import calibrated_on
from analysis.training.logit_scaling import fit_scaling
from tests.analysis.tiny_models import stripes, tiny_card
from tests.analysis.tiny_records import tiny_evaluation, tiny_run


def test_keeps_scaling_measurement_and_baseline() -> None:
    validation = stripes(60)
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(60, 3)).astype(np.float32)
    logits[np.arange(60), validation.labels] += 2.0
    card = calibrated_on(tiny_card(format=2), logits, validation)
    assert card.format == 3 and card.temperature == 1.0
    assert card.scaling == fit_scaling(logits, validation.labels)
    probabilities = Calibration(card).probabilities(logits)
    predicted = probabilities.argmax(axis=1)
    (measured,) = card.measurements
    assert measured.part == "validation" and measured.images == 60
    assert measured.accuracy == (predicted == validation.labels).mean()
    assert measured.expected_calibration_error == expected_calibration_error(
        probabilities, validation.labels
    )
    assert card.baseline is not None and card.baseline.part == "validation"
    assert card.baseline.class_counts == tuple(np.bincount(predicted, minlength=3))
    highest = probabilities.max(axis=1)
    assert card.baseline.confidence_counts[-1] == (highest >= 0.95).sum()


def test_leaves_out_what_another_calibration_gave() -> None:
    before = tiny_card(format=2, temperature=0.5, evaluation=tiny_evaluation(), runs=(tiny_run(0),))
    validation = stripes(30)
    logits = np.random.default_rng(0).normal(size=(30, 3)).astype(np.float32)
    card = calibrated_on(before, logits, validation)
    assert card.evaluation is None and card.runs == ()
    assert [measured.part for measured in card.measurements] == ["validation"]
    assert card.weights == before.weights and card.training == before.training


def test_needs_pictures() -> None:
    with pytest.raises(TrainingError, match="expected at least 1 picture, got 0"):
        calibrated_on(tiny_card(), np.zeros((0, 3), dtype=np.float32), stripes(0))
