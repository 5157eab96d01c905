"""How well a classifier did, from its confusion matrix (pure).

Rows are labels (what a person said), columns are predictions (what the classifier said). For a
class with ``tp`` on the diagonal, ``support`` as its row's sum and ``predicted`` as its column's::

    precision = tp / predicted        recall = tp / support
    f1        = 2 tp / (support + predicted)
    accuracy  = sum of the diagonal / sum of all
    macro_f1  = mean of the f1 of the classes that have one

A fraction whose denominator is 0 is ``None``, never 0.
"""

from collections.abc import Sequence
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray


class ClassMetrics(TypedDict):
    """One class; counts of labelled frames, and fractions from 0 to 1."""

    class_id: int
    class_name: str
    support: int
    predicted: int
    precision: float | None
    recall: float | None
    f1: float | None


class Metrics(TypedDict):
    """All classes; ``confusion_matrix[label][prediction]`` counts frames."""

    labelled: int
    accuracy: float | None
    per_class: list[ClassMetrics]
    macro_f1: float | None
    confusion_matrix: list[list[int]]


def measure(confusion: NDArray[np.int64], class_names: Sequence[str]) -> Metrics:
    """Accuracy, precision, recall and F1, by the formulas at the top of this module.

    Args:
        confusion: ``(classes, classes)`` int64, rows are labels, columns are predictions.
        class_names: One a class.

    Raises:
        ValueError: the matrix is not square with one row a class name.
    """
    if confusion.shape != (len(class_names), len(class_names)):
        raise ValueError(
            f"{len(class_names)} classes need a square confusion matrix of that size, "
            f"got {confusion.shape}"
        )
    hits = confusion.diagonal().tolist()
    supports = confusion.sum(axis=1).tolist()
    predicted = confusion.sum(axis=0).tolist()
    labelled = sum(supports)
    per_class = [
        ClassMetrics(
            class_id=class_id,
            class_name=class_name,
            support=supports[class_id],
            predicted=predicted[class_id],
            precision=_fraction(hits[class_id], predicted[class_id]),
            recall=_fraction(hits[class_id], supports[class_id]),
            f1=_fraction(2 * hits[class_id], supports[class_id] + predicted[class_id]),
        )
        for class_id, class_name in enumerate(class_names)
    ]
    f1s = [one["f1"] for one in per_class if one["f1"] is not None]
    return {
        "labelled": labelled,
        "accuracy": _fraction(sum(hits), labelled),
        "per_class": per_class,
        "macro_f1": _fraction(sum(f1s), len(f1s)),
        "confusion_matrix": confusion.tolist(),
    }


def _fraction(part: float, whole: int) -> float | None:
    return part / whole if whole else None
