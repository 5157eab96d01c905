"""Whatever computes the probabilities gets only pictures that fit, in batches that do."""

import numpy as np
import numpy.typing as npt
import pytest

from analysis.classifiers import checked
from analysis.classifiers.checked import WARM_UP_BATCHES, CheckedClassifier
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


@pytest.mark.parametrize(
    ("count", "batches"),
    [
        pytest.param(0, [], id="none"),
        pytest.param(50, [50], id="all at once"),
        pytest.param(51, [25, 26], id="one too many"),
        pytest.param(103, [34, 34, 35], id="in three"),
    ],
)
def test_takes_what_is_beyond_the_limit_in_parts_of_one_size(
    monkeypatch: pytest.MonkeyPatch, count: int, batches: list[int]
) -> None:
    monkeypatch.setattr(checked, "PIXELS_AT_ONCE", 50 * 8 * 10)
    classifier = _Recorder()
    frozen = np.frombuffer(noise(count).tobytes(), np.uint8).reshape(-1, 8, 10)
    assert classifier.predict(frozen).shape == (count, 3)
    assert classifier.batches == batches


def test_takes_pictures_however_large_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checked, "PIXELS_AT_ONCE", 8 * 10 - 1)
    assert _Recorder().batch_limit == 1


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
