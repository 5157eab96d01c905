"""A card's calibration is applied to logits, and taken out of probabilities without them."""

from typing import Any

import numpy as np
import pytest
from scipy import special

from analysis.classifiers.calibration import Calibration, softmax
from analysis.classifiers.card import Card
from analysis.classifiers.records import ScalingRecord
from tests.analysis.tiny_models import tiny_card

SCALING = ScalingRecord(scales=(0.5, 1.0, 2.5), offsets=(0.3, 0.0, -1.0))


def _card(**changes: Any) -> Card:
    return tiny_card(**({"format": 3, "temperature": 1.0} | changes))


def _logits() -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.random.default_rng(0).normal(0, 2, size=(50, 3)).astype(np.float32)


def test_divides_by_a_temperature() -> None:
    expected = special.softmax(_logits() / 0.5, axis=1)
    probabilities = Calibration(_card(temperature=0.5)).probabilities(_logits())
    assert np.allclose(probabilities, expected, atol=1e-6)
    assert probabilities.dtype == np.float32


def test_scales_and_shifts_each_class() -> None:
    logits = _logits()
    centred = logits - logits.mean(axis=1, keepdims=True)
    expected = special.softmax(centred * [0.5, 1.0, 2.5] + [0.3, 0.0, -1.0], axis=1)
    probabilities = Calibration(_card(scaling=SCALING)).probabilities(logits)
    assert np.allclose(probabilities, expected, atol=1e-6)


def test_does_not_see_what_is_added_to_all_logits_of_a_picture() -> None:
    calibration = Calibration(_card(scaling=SCALING))
    added = np.linspace(-5, 5, 50, dtype=np.float32)[:, None]
    assert np.allclose(
        calibration.probabilities(_logits() + added),
        calibration.probabilities(_logits()),
        atol=1e-5,
    )


@pytest.mark.parametrize(
    "card",
    [
        pytest.param(_card(temperature=0.05), id="cold"),
        pytest.param(_card(temperature=0.6564), id="temperature"),
        pytest.param(_card(), id="nothing"),
        pytest.param(_card(temperature=20.0), id="hot"),
        pytest.param(_card(scaling=SCALING), id="scaling"),
    ],
)
def test_gives_the_centred_logits_back(card: Card) -> None:
    # No probability may vanish in float32, or nothing could be known of its logit.
    logits = (_logits() / 4).astype(np.float32)
    centred = logits - logits.mean(axis=1, keepdims=True)
    calibration = Calibration(card)
    again = calibration.centred_logits(calibration.probabilities(logits))
    assert np.allclose(again, centred, atol=1e-3)


def test_bears_probabilities_of_0() -> None:
    logits = Calibration(_card(temperature=100.0)).centred_logits(
        np.array([[1.0, 0.0, 0.0], [0.4, 0.3, 0.3]], dtype=np.float32)
    )
    assert np.isfinite(logits).all()
    assert softmax(logits)[0].tolist() == [1.0, 0.0, 0.0]
