"""A batch of predictions as arrays, the form they have between wire and database (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from results.errors import MalformedBatch

MAX_BATCH_ROWS = 4096
# A softmax in half precision is off by less; what is off by more is no distribution.
SUM_TOLERANCE = 0.01
_LARGEST_PROBABILITY = 1.001  # as the database's constraint; rounding may pass 1
_LARGEST_SEQUENCE = 2**63 - 1  # what a database's big integer holds


@dataclass(frozen=True, slots=True)
class PredictionBatch:
    """What a classifier said about N frames.

    Attributes:
        sequences: ``(N,)`` uint64, the frames' numbers within their session.
        probabilities: ``(N, classes)`` float32, each row adds up to 1.
        latencies_ms: ``(N,)`` float32, from the frame's send time to its result, milliseconds.
    """

    sequences: NDArray[np.uint64]
    probabilities: NDArray[np.float32]
    latencies_ms: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.sequences)

    @property
    def class_ids(self) -> NDArray[np.int64]:
        """``(N,)``, the most probable class of each frame; the first of equals."""
        best: NDArray[np.int64] = self.probabilities.argmax(axis=1)
        return best

    @property
    def confidences(self) -> NDArray[np.float32]:
        """``(N,)``, the probability of the most probable class."""
        best: NDArray[np.float32] = self.probabilities.max(axis=1, initial=0)
        return best


@dataclass(frozen=True, slots=True)
class Extent:
    """Which sequences a batch names, without naming each.

    Attributes:
        lowest: ``highest`` likewise, included.
        is_ascending: Whether each is above the one before it, so that none comes twice.
    """

    lowest: int
    highest: int
    is_ascending: bool


def extents(batches: Sequence[PredictionBatch]) -> list[Extent]:
    """The extent of each batch, of which none is empty, as one computation over all."""
    if not batches:
        return []
    sequences = np.concatenate([batch.sequences for batch in batches])
    lengths = [len(batch) for batch in batches]
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    rises = np.concatenate(([True], sequences[1:] > sequences[:-1]))
    rises[starts] = True  # the first of a batch has none before it
    return [
        Extent(*facts)
        for facts in zip(
            np.minimum.reduceat(sequences, starts).tolist(),
            np.maximum.reduceat(sequences, starts).tolist(),
            np.logical_and.reduceat(rises, starts).tolist(),
            strict=True,
        )
    ]


def are_sound(batches: Sequence[PredictionBatch], *, class_count: int) -> bool:
    """Whether :func:`check_batch` lets every one of them pass, as one computation over all.

    Where not, the batches have to be checked one by one.
    """
    if any(_shape_problem(batch, class_count) for batch in batches):
        return False
    if not batches:
        return True
    merged = PredictionBatch(
        sequences=np.concatenate([batch.sequences for batch in batches]),
        probabilities=np.concatenate([batch.probabilities for batch in batches]),
        latencies_ms=np.concatenate([batch.latencies_ms for batch in batches]),
    )
    return all(right.all() for right, _ in _row_checks(merged))


def check_batch(batch: PredictionBatch, *, class_count: int) -> None:
    """Let a batch pass that says something about every frame it names.

    Args:
        class_count: How many classes the session's classifier has.

    Raises:
        MalformedBatch: more than ``MAX_BATCH_ROWS`` rows, arrays whose shapes do not fit each
            other or the classifier, a probability that is not from 0 to 1, a row that does not
            add up to 1 ± ``SUM_TOLERANCE``, or a latency that is not finite.
    """
    problem = _shape_problem(batch, class_count)
    if problem:
        raise MalformedBatch(problem)
    for right, expected in _row_checks(batch):
        if not right.all():
            frame = batch.sequences[~right][0]
            raise MalformedBatch(f"the prediction of frame {frame} {expected}")


def _shape_problem(batch: PredictionBatch, class_count: int) -> str:
    """What is wrong with the shapes, as a sentence; empty where nothing is."""
    rows = len(batch)
    if rows > MAX_BATCH_ROWS:
        return f"a batch holds at most {MAX_BATCH_ROWS} predictions, got {rows}"
    for name, got, expected in (
        ("sequences", batch.sequences.shape, (rows,)),
        ("probabilities", batch.probabilities.shape, (rows, class_count)),
        ("latencies_ms", batch.latencies_ms.shape, (rows,)),
    ):
        if got != expected:
            return f"{name} must have the shape {expected}, got {got}"
    return ""


def _row_checks(batch: PredictionBatch) -> Iterator[tuple[NDArray[np.bool_], str]]:
    """Of each thing that every row must be: which rows are, and how to say it of one that is not.

    Written so that NaN fails each of them; those after one that fails may not make sense.
    """
    lowest = batch.probabilities.min(axis=1, initial=1)
    highest = batch.probabilities.max(axis=1, initial=0)
    fractions = (lowest >= 0) & (highest <= _LARGEST_PROBABILITY)
    yield fractions, "must have probabilities from 0 to 1"
    sums = batch.probabilities.sum(axis=1, dtype=np.float64)
    yield np.abs(sums - 1) <= SUM_TOLERANCE, "must have a sum of probabilities of 1"
    yield np.isfinite(batch.latencies_ms), "must have a finite latency"
    yield batch.sequences <= _LARGEST_SEQUENCE, "is beyond the last that there can be"
