"""The rate is what the clock says of live batches, and the percentiles of single pictures."""

import numpy as np
import numpy.typing as npt
import pytest

from analysis.classifiers.card import Card
from analysis.classifiers.speed import LIVE_BATCH, SustainedRate, sustained_rate
from tests.analysis.tiny_models import tiny_card


class _Clockwork:
    """A classifier that takes 2 ms a call and half a millisecond a picture, on its own clock."""

    sha256 = "0" * 64

    def __init__(self, mode: str = "L", *, pace: float = 1.0) -> None:
        self.card: Card = tiny_card(mode)
        self.now = 0.0
        self.pace = pace
        self.batches: list[int] = []

    def predict(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Uniform probabilities, at the cost of time."""
        assert images.shape[1:] == self.card.input.image_shape
        self.batches.append(len(images))
        self.now += self.pace * (0.002 + 0.0005 * len(images))
        return np.full((len(images), 3), 1 / 3, dtype=np.float32)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_measures_live_batches_and_single_pictures(mode: str) -> None:
    classifier = _Clockwork(mode)
    rate = sustained_rate(classifier, seconds=1.0, clock=lambda: classifier.now)
    assert rate.batch_size == LIVE_BATCH
    assert rate.images_per_second == pytest.approx(64 / 0.034)
    assert rate.single_image_p50_ms == pytest.approx(2.5)
    assert rate.single_image_p99_ms == pytest.approx(2.5)
    assert classifier.now == pytest.approx(1.0, abs=0.1)


def test_measures_each_once_however_slow() -> None:
    classifier = _Clockwork(pace=1000.0)
    sustained_rate(classifier, seconds=0.1, clock=lambda: classifier.now)
    assert classifier.batches == [LIVE_BATCH, 1, LIVE_BATCH]


def test_survives_a_clock_that_stands_still() -> None:
    rate = sustained_rate(_Clockwork(), seconds=0.0, clock=lambda: 5.0)
    assert rate.images_per_second > 0 and rate.single_image_p50_ms == 0


def test_uses_a_real_clock_by_itself() -> None:
    assert isinstance(sustained_rate(_Clockwork(), seconds=0.01), SustainedRate)
