"""A batch of predictions as arrays, the form they have between wire and database (pure)."""

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


def check_batch(batch: PredictionBatch, *, class_count: int) -> None:
    """Let a batch pass that says something about every frame it names.

    Args:
        class_count: How many classes the session's classifier has.

    Raises:
        MalformedBatch: more than ``MAX_BATCH_ROWS`` rows, arrays whose shapes do not fit each
            other or the classifier, a probability that is not from 0 to 1, a row that does not
            add up to 1 ± ``SUM_TOLERANCE``, or a latency that is not finite.
    """
    rows = len(batch)
    if rows > MAX_BATCH_ROWS:
        raise MalformedBatch(f"a batch holds at most {MAX_BATCH_ROWS} predictions, got {rows}")
    for name, got, expected in (
        ("sequences", batch.sequences.shape, (rows,)),
        ("probabilities", batch.probabilities.shape, (rows, class_count)),
        ("latencies_ms", batch.latencies_ms.shape, (rows,)),
    ):
        if got != expected:
            raise MalformedBatch(f"{name} must have the shape {expected}, got {got}")
    lowest = batch.probabilities.min(axis=1, initial=1)
    highest = batch.probabilities.max(axis=1, initial=0)
    # Written so that NaN fails each of them.
    fractions = (lowest >= 0) & (highest <= _LARGEST_PROBABILITY)
    _check_rows(batch, fractions, "must have probabilities from 0 to 1")
    sums = batch.probabilities.sum(axis=1, dtype=np.float64)
    _check_rows(batch, np.abs(sums - 1) <= SUM_TOLERANCE, "must have a sum of probabilities of 1")
    _check_rows(batch, np.isfinite(batch.latencies_ms), "must have a finite latency")
    _check_rows(batch, batch.sequences <= _LARGEST_SEQUENCE, "is beyond the last that there can be")


def _check_rows(batch: PredictionBatch, right: NDArray[np.bool_], expected: str) -> None:
    if not right.all():
        frame = batch.sequences[~right][0]
        raise MalformedBatch(f"the prediction of frame {frame} {expected}")
