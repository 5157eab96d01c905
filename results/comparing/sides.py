"""How two classifiers do on the same frames, each by itself and class by class (pure).

Labels and predictions are class ids of the same classes, as everywhere; a class that only one of
the two knows counts as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from results.comparing.comparison import Flip, Pair, Tally, Verdict
from results.measuring.metrics import Metrics, measure

CALIBRATION_BINS = 15


@dataclass(frozen=True, slots=True)
class Confidences:
    """How sure two classifiers were of what they said, beside a :class:`Pair`.

    Attributes:
        first, second: ``(N,)`` float, 0 to 1.
    """

    first: NDArray[np.floating]
    second: NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, over the frames that both saw.

    Attributes:
        metrics: Over the labelled of them.
        confidence_mean: Over all of them, 0 to 1; ``None`` without frames.
        calibration_error: How far confidence is from accuracy over the labelled (ECE, Naeini et
            al. 2015), 0 to 1, in :data:`CALIBRATION_BINS` equal bins; ``None`` without any.
        class_counts: How often it said each class.
    """

    metrics: Metrics
    confidence_mean: float | None
    calibration_error: float | None
    class_counts: list[int]


@dataclass(frozen=True, slots=True)
class ClassDifference:
    """How the two differ on the frames of one label.

    Attributes:
        support: Frames of that label.
        first_recall, second_recall: Right among them, 0 to 1; ``None`` where there are none.
        only_first_right, only_second_right: Frames of them.
        first_said, second_said: How often each said this class, to any frame.
    """

    class_id: int
    class_name: str
    support: int
    first_recall: float | None
    second_recall: float | None
    only_first_right: int
    only_second_right: int
    first_said: int
    second_said: int

    @property
    def difference(self) -> float | None:
        """By how much the second's recall is higher, -1 to 1."""
        if self.first_recall is None or self.second_recall is None:
            return None
        return self.second_recall - self.first_recall


@dataclass(frozen=True, slots=True)
class Change:
    """Frames to which the first gave one class and the second another."""

    first_class_id: int
    second_class_id: int
    frames: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that is counted over the frames that both saw; rows of the matrix are the first's.

    Attributes:
        said: ``said[i][j]``: frames of which the first says class i and the second class j.
    """

    class_names: tuple[str, ...]
    verdict: Verdict
    first: Side
    second: Side
    classes: tuple[ClassDifference, ...]
    said: list[list[int]]

    def changes(self, limit: int) -> tuple[Change, ...]:
        """The most frequent changes, the largest first."""
        found = [
            Change(first_id, second_id, frames)
            for first_id, row in enumerate(self.said)
            for second_id, frames in enumerate(row)
            if frames and first_id != second_id
        ]
        return tuple(sorted(found, key=lambda one: -one.frames)[:limit])


class ComparisonTally:
    """Adds up a comparison piece by piece, so that a million frames need not lie in memory."""

    def __init__(self, class_names: Sequence[str]) -> None:
        """Begin with nothing.

        Args:
            class_names: Of every class id that a label or a prediction may be.
        """
        self._names = tuple(class_names)
        self._verdict = Tally()
        self._first, self._second = _SideTally(len(self._names)), _SideTally(len(self._names))
        shape = (len(self._names), len(self._names))
        self._said = np.zeros(shape, dtype=np.int64)
        self._only_right = np.zeros((2, len(self._names)), dtype=np.int64)

    def add(self, pair: Pair, confidences: Confidences) -> None:
        """Take note of more frames, none of them twice."""
        self._verdict.add(pair)
        self._first.add(pair.first_ids, pair.labels, confidences.first)
        self._second.add(pair.second_ids, pair.labels, confidences.second)
        self._said += _counted(pair.first_ids, pair.second_ids, len(self._names))
        for row, kind in enumerate((Flip.ONLY_FIRST, Flip.ONLY_SECOND)):
            labels = pair.labels[pair.flipped_as(kind)]
            self._only_right[row] += np.bincount(labels, minlength=len(self._names))

    @property
    def comparison(self) -> Comparison:
        """What all of them come to."""
        first, second = self._first.result(self._names), self._second.result(self._names)
        return Comparison(
            class_names=self._names,
            verdict=self._verdict.verdict,
            first=first,
            second=second,
            classes=self._classes(first, second),
            said=self._said.tolist(),
        )

    def _classes(self, first: Side, second: Side) -> tuple[ClassDifference, ...]:
        of_first, of_second = self._only_right[0].tolist(), self._only_right[1].tolist()
        return tuple(
            ClassDifference(
                class_id=class_id,
                class_name=name,
                support=one["support"],
                first_recall=one["recall"],
                second_recall=other["recall"],
                only_first_right=of_first[class_id],
                only_second_right=of_second[class_id],
                first_said=first.class_counts[class_id],
                second_said=second.class_counts[class_id],
            )
            for class_id, (name, one, other) in enumerate(
                zip(
                    self._names,
                    first.metrics["per_class"],
                    second.metrics["per_class"],
                    strict=True,
                )
            )
        )


def all_class_names(*several: Sequence[str]) -> tuple[str, ...]:
    """A name for every class id that any of the lists has: the first's that has one.

    >>> all_class_names(["shirt"], ["Shirt", "Bag"])
    ('shirt', 'Bag')
    """
    length = max((len(names) for names in several), default=0)
    return tuple(
        next(names[class_id] for names in several if class_id < len(names))
        for class_id in range(length)
    )


class _SideTally:
    """The counts of one of the two."""

    def __init__(self, class_count: int) -> None:
        self._confusion = np.zeros((class_count, class_count), dtype=np.int64)
        self._class_counts = np.zeros(class_count, dtype=np.int64)
        self._confidence = 0.0
        # By bin: frames, right ones, and the sum of their confidences.
        self._bins = np.zeros((3, CALIBRATION_BINS), dtype=np.float64)

    def add(
        self,
        class_ids: NDArray[np.integer],
        labels: NDArray[np.int64],
        confidences: NDArray[np.floating],
    ) -> None:
        """Take note of more frames."""
        classes = len(self._class_counts)
        self._class_counts += np.bincount(class_ids, minlength=classes)
        self._confidence += float(confidences.sum(dtype=np.float64))
        known = labels >= 0
        said, labels, sure = class_ids[known], labels[known], confidences[known]
        self._confusion += _counted(labels, said, classes)
        # A confidence on a border belongs to the bin below it, as in a classifier's evaluation.
        bins = np.ceil(sure.astype(np.float64) * CALIBRATION_BINS).astype(np.int64) - 1
        bins = np.clip(bins, 0, CALIBRATION_BINS - 1)
        for row, weights in enumerate((None, said == labels, sure)):
            self._bins[row] += np.bincount(bins, weights=weights, minlength=CALIBRATION_BINS)

    def result(self, class_names: Sequence[str]) -> Side:
        """What all of them come to."""
        frames = int(self._class_counts.sum())
        labelled, right, confidence = self._bins
        error = float(np.abs(right - confidence).sum() / labelled.sum()) if labelled.any() else None
        return Side(
            metrics=measure(self._confusion, class_names),
            confidence_mean=self._confidence / frames if frames else None,
            calibration_error=error,
            class_counts=self._class_counts.tolist(),
        )


def _counted(
    rows: NDArray[np.integer], columns: NDArray[np.integer], class_count: int
) -> NDArray[np.int64]:
    """``(classes, classes)``, how often each pair occurs."""
    cells = rows.astype(np.int64) * class_count + columns
    return np.bincount(cells, minlength=class_count**2).reshape(class_count, class_count)
