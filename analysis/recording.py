"""What is kept of a session: every prediction as arrays, and the few pictures of samples (pure)."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from analysis.chunks import ResultChunk
from results.batches import PredictionBatch
from results.samples import SAMPLE_COUNT, choose_samples

_FIRST_CAPACITY = 1024

A = TypeVar("A", bound=np.generic)


class PredictionLog:
    """Every prediction of a session in three arrays that double as they fill.

    A million predictions of ten classes take some 50 MB, and no object each.

    Args:
        classes: Number of classes.
    """

    def __init__(self, classes: int) -> None:
        self._count = 0
        self._sequences = np.empty(_FIRST_CAPACITY, dtype=np.uint64)
        self._latencies_ms = np.empty(_FIRST_CAPACITY, dtype=np.float32)
        self._probabilities = np.empty((_FIRST_CAPACITY, classes), dtype=np.float32)

    def __len__(self) -> int:
        return self._count

    def append(self, chunk: ResultChunk) -> None:
        """Add the predictions of a chunk; its pictures are not kept."""
        end = self._count + len(chunk)
        if end > len(self._sequences):
            capacity = max(end, 2 * len(self._sequences))
            self._sequences = _grown(self._sequences, capacity)
            self._latencies_ms = _grown(self._latencies_ms, capacity)
            self._probabilities = _grown(self._probabilities, capacity)
        self._sequences[self._count : end] = chunk.sequences
        self._latencies_ms[self._count : end] = chunk.latencies_ms
        self._probabilities[self._count : end] = chunk.probabilities
        self._count = end

    def part(self, start: int = 0, end: int | None = None) -> PredictionBatch:
        """The predictions from ``start`` to before ``end`` in order of their coming, as views."""
        stop = self._count if end is None else min(end, self._count)
        return PredictionBatch(
            sequences=self._sequences[start:stop],
            probabilities=self._probabilities[start:stop],
            latencies_ms=self._latencies_ms[start:stop],
        )


@dataclass(frozen=True, slots=True)
class Sample:
    """A frame that the report shows: its picture, ``(H, W)`` or ``(H, W, 3)``, and its result."""

    sequence: int
    class_id: int
    confidence: float
    image: NDArray[np.uint8]


class SampleKeeper:
    """The samples of a stream, by the rule of ``results.samples.choose_samples``.

    That rule gives the same whether it chooses from all frames at once or, again and again,
    from those chosen so far and those that came since. So ``count`` pictures are kept, not all.

    Args:
        seed: Of the rule.
        count: How many at most.
    """

    def __init__(self, *, seed: int, count: int = SAMPLE_COUNT) -> None:
        self.samples: list[Sample] = []
        self._seed = seed
        self._count = count

    def offer(self, chunk: ResultChunk) -> None:
        """Choose again, now that these frames came too."""
        kept = self.samples
        new_ids = chunk.probabilities.argmax(axis=1)
        new_confidences = chunk.probabilities.max(axis=1, initial=0)
        sequences = np.array([sample.sequence for sample in kept], dtype=np.uint64)
        class_ids = np.array([sample.class_id for sample in kept], dtype=np.int64)
        confidences = np.array([sample.confidence for sample in kept], dtype=np.float32)
        chosen = choose_samples(
            np.concatenate([sequences, chunk.sequences]),
            np.concatenate([class_ids, new_ids]),
            np.concatenate([confidences, new_confidences]),
            count=self._count,
            seed=self._seed,
        )
        self.samples = [
            (
                kept[index]
                if index < len(kept)
                else self._sample(chunk, index - len(kept), new_ids, new_confidences)
            )
            for index in chosen
        ]

    @staticmethod
    def _sample(
        chunk: ResultChunk,
        index: int,
        class_ids: NDArray[np.int64],
        confidences: NDArray[np.float32],
    ) -> Sample:
        return Sample(
            sequence=int(chunk.sequences[index]),
            class_id=int(class_ids[index]),
            confidence=float(confidences[index]),
            # A copy: a view would keep its whole message alive.
            image=chunk.images[index].copy(),
        )


def _grown(array: NDArray[A], capacity: int) -> NDArray[A]:
    grown = np.empty((capacity, *array.shape[1:]), dtype=array.dtype)
    grown[: len(array)] = array
    return grown
