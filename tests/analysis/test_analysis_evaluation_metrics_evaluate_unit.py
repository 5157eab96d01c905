"""An evaluation counts what a classifier says against what the pictures show."""

import msgspec
import numpy as np
import numpy.typing as npt
import pytest
from sklearn import metrics

from analysis.classifiers.card import Card
from analysis.errors import TrainingError
from analysis.evaluation.metrics import Evaluation, evaluate
from tests.analysis.tiny_models import stripes, tiny_card


class _Guesser:
    """Sees every seventh picture wrong, always 80 % sure."""

    card: Card = tiny_card()
    sha256 = "0" * 64

    def predict(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """80 % for a third of the stripes each, one class too far for every seventh."""
        order = np.arange(len(images))
        said = (order + (order % 7 == 0)) % 3
        return np.where(np.eye(3)[said] > 0, 0.8, 0.1).astype(np.float32)


def test_gives_every_score() -> None:
    part = stripes(70)
    evaluation = evaluate(_Guesser(), part)
    said = _Guesser().predict(part.images).argmax(axis=1)
    assert isinstance(evaluation, Evaluation)
    assert evaluation.images == 70
    assert evaluation.accuracy == pytest.approx(metrics.accuracy_score(part.labels, said))
    assert evaluation.accuracy == pytest.approx(60 / 70)
    assert evaluation.expected_calibration_error == pytest.approx(60 / 70 - 0.8, abs=1e-6)
    assert np.array_equal(evaluation.confusion, metrics.confusion_matrix(part.labels, said))
    assert [scores.images for scores in evaluation.class_scores] == [24, 23, 23]


def test_refuses_no_pictures() -> None:
    with pytest.raises(TrainingError, match="expected at least 1 picture, got 0"):
        evaluate(_Guesser(), stripes(0))


def test_refuses_a_dataset_of_other_classes() -> None:
    other = _Guesser()
    other.card = msgspec.structs.replace(tiny_card(), class_names=("cat", "dog", "cow"))
    with pytest.raises(TrainingError, match=r"expected the classifier's \['cat', 'dog', 'cow'\]"):
        evaluate(other, stripes(3))
