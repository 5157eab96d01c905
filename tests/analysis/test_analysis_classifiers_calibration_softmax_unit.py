"""Logits become probabilities, however large they are."""

import numpy as np
from scipy import special

from analysis.classifiers.calibration import softmax


def test_agrees_with_scipy() -> None:
    logits = np.random.default_rng(0).normal(size=(20, 5))
    assert np.allclose(softmax(logits), special.softmax(logits, axis=1))


def test_survives_huge_logits_and_keeps_their_dtype() -> None:
    probabilities = softmax(np.array([[1e30, -1e30]], dtype=np.float32))
    assert probabilities.tolist() == [[1.0, 0.0]] and probabilities.dtype == np.float32
