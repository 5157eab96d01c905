"""What the pipeline needs of a classifier is little enough to be faked."""

import numpy as np
import numpy.typing as npt

from analysis.classifiers.card import Card
from analysis.classifiers.inference import Classifier
from analysis.classifiers.interface import ImageClassifier
from tests.analysis.tiny_models import noise, tiny_card, tiny_network


class _Certain:
    """Always of the same opinion."""

    card: Card = tiny_card()
    sha256 = "0" * 64

    def predict(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """The first class, for sure."""
        return np.eye(3, dtype=np.float32)[np.zeros(len(images), dtype=np.intp)]


def _class_names(classifier: ImageClassifier) -> list[str]:
    best = classifier.predict(noise(2)).argmax(axis=1)
    return [classifier.card.class_names[class_id] for class_id in best]


def test_is_satisfied_by_a_fake() -> None:
    assert _class_names(_Certain()) == ["dark", "dark"]


def test_is_satisfied_by_the_real_one() -> None:
    assert len(_class_names(Classifier(tiny_card(), tiny_network()))) == 2
