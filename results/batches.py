"""A batch of predictions as arrays, the form they have between wire and database (pure)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


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
