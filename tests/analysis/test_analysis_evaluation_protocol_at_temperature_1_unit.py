"""The temperature is taken out of probabilities without their logits."""

import numpy as np
import pytest

from analysis.evaluation.metrics import softmax
from analysis.evaluation.protocol import at_temperature_1


@pytest.mark.parametrize("temperature", [0.05, 0.6564, 1.0, 20.0])
def test_gives_the_softmax_of_the_logits_themselves(temperature: float) -> None:
    logits = np.random.default_rng(0).normal(0, 2, size=(50, 4)).astype(np.float32)
    scaled = softmax(logits, temperature=temperature)
    assert np.allclose(at_temperature_1(scaled, temperature), softmax(logits), atol=1e-6)


def test_bears_probabilities_of_0_and_high_powers() -> None:
    sure = at_temperature_1(np.array([[1.0, 0.0], [0.5, 0.5]], dtype=np.float32), 100.0)
    assert sure.tolist() == [[1.0, 0.0], [0.5, 0.5]]
