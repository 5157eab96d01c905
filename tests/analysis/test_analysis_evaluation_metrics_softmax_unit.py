"""Logits become probabilities, however large they are."""

import numpy as np
import pytest
from scipy import special

from analysis.evaluation.metrics import softmax


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_agrees_with_scipy(temperature: float) -> None:
    logits = np.random.default_rng(0).normal(size=(20, 5)).astype(np.float32)
    expected = special.softmax(logits.astype(np.float64) / temperature, axis=1)
    assert np.allclose(softmax(logits, temperature=temperature), expected)


def test_survives_huge_logits() -> None:
    assert softmax(np.array([[1e30, -1e30]], dtype=np.float32)).tolist() == [[1.0, 0.0]]
