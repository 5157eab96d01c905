"""The scaling is the one that an independent minimiser finds, and stays sensible without data."""

from typing import Any

import numpy as np
import pytest
from scipy import optimize, special

from analysis.errors import TrainingError
from analysis.training.logit_scaling import PRIOR, fit_scaling, fit_temperature

CLASSES = 4
Labelled = tuple[np.ndarray[Any, np.dtype[np.float32]], np.ndarray[Any, np.dtype[np.int64]]]


def _labelled(count: int, scales: list[float], offsets: list[float]) -> Labelled:
    """Logits, and labels drawn from what the scaling makes of them."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, size=(count, CLASSES))
    logits -= logits.mean(axis=1, keepdims=True)
    probabilities = special.softmax(logits * scales + offsets, axis=1)
    labels = np.array([rng.choice(CLASSES, p=row) for row in probabilities])
    return logits.astype(np.float32), labels


def test_agrees_with_scipy() -> None:
    logits, labels = _labelled(400, [0.5, 1.0, 1.5, 2.0], [0.5, 0.0, -0.5, 0.0])
    common = 1.0 / fit_temperature(logits, labels)
    exact = logits.astype(np.float64)
    exact -= exact.mean(axis=1, keepdims=True)

    def loss(both: np.ndarray[Any, np.dtype[np.float64]]) -> float:
        distances, offsets = both[:CLASSES], both[CLASSES:]
        logs = special.log_softmax(exact * common * (1 + distances) + offsets, axis=1)
        return float(-logs[np.arange(len(labels)), labels].sum() + PRIOR / 2 * (both**2).sum())

    best = optimize.minimize(loss, np.zeros(2 * CLASSES), method="BFGS").x
    fitted = fit_scaling(logits, labels)
    assert fitted.scales == pytest.approx(common * (1 + best[:CLASSES]), abs=1e-3)
    assert fitted.offsets == pytest.approx(best[CLASSES:], abs=1e-3)


def test_finds_what_the_labels_were_drawn_from() -> None:
    scales, offsets = [0.5, 1.0, 1.5, 2.0], [0.5, 0.0, -0.5, 0.0]
    fitted = fit_scaling(*_labelled(20_000, scales, offsets))
    assert fitted.scales == pytest.approx(scales, abs=0.1)
    differences = np.subtract(fitted.offsets, fitted.offsets[1])
    assert differences == pytest.approx(offsets, abs=0.1)


def test_holds_a_class_that_is_never_mistaken_near_the_others() -> None:
    logits, labels = _labelled(300, [1.0] * CLASSES, [0.0] * CLASSES)
    logits[:, 0] = np.where(labels == 0, 8.0, -8.0)
    fitted = fit_scaling(logits, labels)
    assert max(fitted.scales) < 5 * min(fitted.scales)
    assert max(map(abs, fitted.offsets)) < 5.0


def test_one_picture_changes_little() -> None:
    fitted = fit_scaling(np.array([[1.0, 0.0]], dtype=np.float32), np.array([1]))
    assert all(0.01 <= scale <= 100.0 for scale in fitted.scales)
    assert all(abs(offset) < 1.0 for offset in fitted.offsets)


def test_has_no_value_for_nothing() -> None:
    with pytest.raises(TrainingError, match="expected at least 1 picture, got 0"):
        fit_scaling(np.zeros((0, 2), np.float32), np.zeros(0, dtype=np.int64))
