"""How good a classifier is: accuracy, scores by class, confusion matrix, calibration. All numpy.

Rows are the truth and columns the prediction, everywhere.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.classifiers.interface import ImageClassifier
from analysis.errors import TrainingError
from analysis.labelled_images import LabelledImages
from results.summary import HISTOGRAM_BINS

CALIBRATION_BINS = 15


@dataclass(frozen=True)
class ClassScores:
    """How one class fared; a score whose denominator is 0 is None, never 0.

    Attributes:
        class_name: the class.
        images: how many pictures truly show it.
        precision: right among those predicted as this class.
        recall: right among those that truly are this class.
        f1: harmonic mean of both.
    """

    class_name: str
    images: int
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True)
class Evaluation:
    """What a classifier reached on labelled pictures.

    Attributes:
        images: how many there were.
        accuracy: share of them predicted right, 0 to 1.
        expected_calibration_error: see the function of that name.
        class_scores: one for each class, in the card's order.
        confusion: counts, rows are the truth and columns the prediction.
        confidence_counts: see the function of that name.
    """

    images: int
    accuracy: float
    expected_calibration_error: float
    class_scores: tuple[ClassScores, ...]
    confusion: tuple[tuple[int, ...], ...]
    confidence_counts: tuple[int, ...]

    @property
    def class_counts(self) -> tuple[int, ...]:
        """How many pictures were taken for each class."""
        return tuple(sum(column) for column in zip(*self.confusion, strict=True))


def evaluate(classifier: ImageClassifier, part: LabelledImages) -> Evaluation:
    """The classifier's scores on those pictures.

    Raises:
        TrainingError: no pictures, or their classes are not the classifier's.
        InvalidImages: they are not of the classifier's input size and mode.
    """
    if len(part) == 0:
        raise TrainingError("evaluation: expected at least 1 picture, got 0")
    class_names = classifier.card.class_names
    if part.class_names != class_names:
        raise TrainingError(
            f"class names: expected the classifier's {list(class_names)}, "
            f"got the dataset's {list(part.class_names)}"
        )
    probabilities = classifier.predict(part.images)
    predictions = probabilities.argmax(axis=1)
    confusion = confusion_matrix(part.labels, predictions, class_count=len(class_names))
    return Evaluation(
        images=len(part),
        accuracy=float((predictions == part.labels).mean()),
        expected_calibration_error=expected_calibration_error(probabilities, part.labels),
        class_scores=class_scores(confusion, class_names),
        confusion=tuple(tuple(int(count) for count in row) for row in confusion),
        confidence_counts=confidence_counts(probabilities),
    )


def confusion_matrix(
    labels: npt.NDArray[np.integer], predictions: npt.NDArray[np.integer], *, class_count: int
) -> npt.NDArray[np.int64]:
    """Counts (class_count, class_count): rows are the truth, columns the prediction.

    All zeros where there are no labels.
    """
    pairs = labels.astype(np.int64) * class_count + predictions
    counts = np.bincount(pairs, minlength=class_count * class_count)
    return counts.reshape(class_count, class_count)


def class_scores(
    confusion: npt.NDArray[np.int64], class_names: tuple[str, ...]
) -> tuple[ClassScores, ...]:
    """Precision, recall and F1 of each class from a confusion matrix with the truth in rows.

    precision = TP / (TP + FP), recall = TP / (TP + FN), F1 = 2 TP / (2 TP + FP + FN).
    """

    def share(part: int, whole: int) -> float | None:
        return part / whole if whole else None

    scores = []
    for class_id, class_name in enumerate(class_names):
        right = int(confusion[class_id, class_id])
        actual = int(confusion[class_id].sum())
        predicted = int(confusion[:, class_id].sum())
        scores.append(
            ClassScores(
                class_name=class_name,
                images=actual,
                precision=share(right, predicted),
                recall=share(right, actual),
                f1=share(2 * right, actual + predicted),
            )
        )
    return tuple(scores)


def expected_calibration_error(
    probabilities: npt.NDArray[np.floating],
    labels: npt.NDArray[np.integer],
    *,
    bins: int = CALIBRATION_BINS,
) -> float:
    """How far confidence is from accuracy (ECE, Naeini et al. 2015), 0 to 1.

    Sum over equal-width bins of the top class's confidence of
    ``share of pictures in bin * |accuracy in bin - mean confidence in bin|``.

    Args:
        probabilities: (N, classes), each row adding up to 1.
        labels: (N,) the truth.
        bins: how many; a confidence on a border belongs to the bin below it.

    Raises:
        TrainingError: no pictures, for which there is no such number.
    """
    if len(labels) == 0:
        raise TrainingError("calibration: expected at least 1 picture, got 0")
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = (probabilities.argmax(axis=1) == labels).astype(np.float64)
    which = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    gaps = np.bincount(which, weights=right - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(labels))


def confidence_counts(probabilities: npt.NDArray[np.floating]) -> tuple[int, ...]:
    """How many of the top class's confidences lie in each of ``HISTOGRAM_BINS`` equal bins.

    The upper edge of 1 belongs to the last bin, every other edge to the bin above it.
    """
    confidences = probabilities.max(axis=1, initial=0).astype(np.float64).clip(0, 1)
    counts, _ = np.histogram(confidences, bins=HISTOGRAM_BINS, range=(0.0, 1.0))
    return tuple(counts.tolist())
