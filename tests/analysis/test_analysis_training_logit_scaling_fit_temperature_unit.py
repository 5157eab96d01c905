"""The temperature is the one that an independent minimiser finds."""

import numpy as np
import pytest
from scipy import optimize
from sklearn.metrics import log_loss

from analysis.classifiers.calibration import softmax
from analysis.errors import TrainingError
from analysis.training.logit_scaling import TEMPERATURE_RANGE, fit_temperature


@pytest.mark.parametrize("scale", [0.4, 1.0, 6.0])
def test_agrees_with_scipy_and_scikit_learn(scale: float) -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(2000, 4)).astype(np.float32)
    labels = np.array([rng.choice(4, p=row) for row in softmax(logits)])
    scaled = (logits * np.float32(scale)).astype(np.float64)

    def loss(temperature: float) -> float:
        return float(log_loss(labels, softmax(scaled / temperature)))

    expected = optimize.minimize_scalar(loss, bounds=TEMPERATURE_RANGE, method="bounded").x
    fitted = fit_temperature(scaled, labels)
    assert fitted == pytest.approx(expected, rel=1e-3)
    assert fitted == pytest.approx(scale, rel=0.1)


@pytest.mark.parametrize(
    ("label", "limit"),
    [pytest.param(0, 0, id="always right"), pytest.param(1, 1, id="always wrong")],
)
def test_stays_within_its_range(label: int, limit: int) -> None:
    logits = np.array([[0.3, -0.3]] * 5, dtype=np.float32)
    fitted = fit_temperature(logits, np.full(5, label))
    assert fitted == pytest.approx(TEMPERATURE_RANGE[limit])


def test_has_no_value_for_nothing() -> None:
    with pytest.raises(TrainingError, match="expected at least 1 picture, got 0"):
        fit_temperature(np.zeros((0, 2), np.float32), np.zeros(0, dtype=np.int64))
