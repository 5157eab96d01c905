"""Whatever computes the probabilities gets only pictures that fit, in batches that do."""

import numpy as np
import numpy.typing as npt
import pytest

from analysis.classifiers.checked import MAX_BATCH, WARM_UP_BATCHES, CheckedClassifier
from analysis.errors import InvalidImages, InvalidWeights
from tests.analysis.tiny_models import noise, tiny_card


class _Recorder(CheckedClassifier):
    """Remembers the batches it got and always answers the same."""

    def __init__(self, answer: float = 1 / 3) -> None:
        super().__init__(tiny_card(), parameter_count=7)
        self.answer = answer
        self.batches: list[int] = []

    def _probabilities(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        assert images.flags.c_contiguous and images.flags.writeable
        self.batches.append(len(images))
        return np.full((len(images), 3), self.answer, dtype=np.float32)

    def warm_up(self) -> None:
        """As an engine does when it is ready."""
        self._warm_up()


def test_splits_what_is_beyond_the_limit() -> None:
    classifier = _Recorder()
    frozen = np.frombuffer(noise(2 * MAX_BATCH + 3).tobytes(), np.uint8).reshape(-1, 8, 10)
    assert classifier.predict(frozen).shape == (2 * MAX_BATCH + 3, 3)
    assert classifier.batches == [MAX_BATCH, MAX_BATCH, 3]


def test_refuses_pictures_before_they_reach_the_engine() -> None:
    classifier = _Recorder()
    with pytest.raises(InvalidImages, match="got float64"):
        classifier.predict(noise(1).astype(float))
    with pytest.raises(InvalidImages, match=r"got \(1, 8, 10, 3\)"):
        classifier.predict(noise(1, "RGB"))
    assert not classifier.batches


def test_tries_every_usual_batch() -> None:
    classifier = _Recorder()
    classifier.warm_up()
    assert tuple(classifier.batches) == WARM_UP_BATCHES


def test_refuses_weights_that_give_nan() -> None:
    with pytest.raises(InvalidWeights, match="weights of tiny: expected finite probabilities"):
        _Recorder(float("nan")).warm_up()


def test_says_what_it_is() -> None:
    classifier = _Recorder()
    assert classifier.card == tiny_card() and classifier.parameter_count == 7
    assert classifier.sha256 == tiny_card().weights.sha256
