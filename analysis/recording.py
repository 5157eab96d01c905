"""What is kept of a session of whatever length: its summary and a few pictures (pure)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.chunks import ResultChunk
from results.batches import PredictionBatch
from results.running_summary import RunningSummary
from results.samples import SAMPLE_COUNT, choose_samples, sample_keys
from results.summary import SummaryDict
from streaming.errors import OutOfOrder

_Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Sample:
    """A frame that the report shows: its picture, ``(H, W)`` or ``(H, W, 3)``, and its result."""

    sequence: int
    class_id: int
    confidence: float
    image: NDArray[np.uint8]


class Recording:
    """All that a report needs of a session's predictions; memory does not grow with them.

    Args:
        classes: Number of classes.
        sample_seed: Of the rule that chooses the sample pictures.
    """

    def __init__(self, classes: int, *, sample_seed: int) -> None:
        self._summary = RunningSummary(classes)
        self._keeper = SampleKeeper(seed=sample_seed)

    def __len__(self) -> int:
        """How many predictions came."""
        return len(self._summary)

    def add(self, chunk: ResultChunk | PredictionBatch) -> None:
        """Take in predictions, none of which came before; those of a batch were made elsewhere."""
        if len(chunk) == 0:
            return
        class_ids = chunk.probabilities.argmax(axis=1)
        confidences = chunk.probabilities.max(axis=1)
        self._summary.add(class_ids, confidences, chunk.latencies_ms)
        images = chunk.images if isinstance(chunk, ResultChunk) else None
        self._keeper.offer(chunk.sequences, class_ids, confidences, images)

    def summary(self, class_names: tuple[str, ...]) -> SummaryDict:
        """What the predictions add up to."""
        return self._summary.as_dict(class_names)

    def samples(self, fetch: Callable[[int], NDArray[np.uint8]]) -> list[Sample]:
        """The samples of all the predictions.

        Args:
            fetch: Gives the picture of a sequence whose prediction was made elsewhere.
        """
        return self._keeper.samples(fetch)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A sample so far; without a picture where another process had it."""

    sequence: int
    class_id: int
    confidence: float
    image: _Image | None


class SampleKeeper:
    """The samples of a stream, by the rule of ``results.samples.choose_samples``.

    That rule gives the same whether it chooses from all frames at once or, again and again,
    from those chosen so far and those that came since. So ``count`` pictures are kept, not all.

    Args:
        seed: Of the rule.
        count: How many at most.
    """

    def __init__(self, *, seed: int, count: int = SAMPLE_COUNT) -> None:
        self._seed = seed
        self._count = count
        self._kept: list[_Kept] = []
        # The same as arrays, and the highest of their numbers.
        self._kept_sequences = np.zeros(0, dtype=np.uint64)
        self._kept_class_ids = np.zeros(0, dtype=np.int64)
        self._kept_confidences = np.zeros(0, dtype=np.float32)
        self._highest_key = np.uint64(0)

    def offer(
        self,
        sequences: NDArray[np.uint64],
        class_ids: NDArray[np.int64],
        confidences: NDArray[np.float32],
        images: NDArray[np.uint8] | None,
    ) -> None:
        """Choose again, now that these frames came too.

        Args:
            sequences: ``(N,)``, none twice and none that came before.
            class_ids: ``(N,)``, the predicted classes.
            confidences: ``(N,)``.
            images: ``(N, H, W)`` or ``(N, H, W, 3)``; None where nobody here has them.
        """
        places = self._candidates(sequences, class_ids)
        if len(places) == 0:
            return
        kept = self._kept
        chosen = choose_samples(
            np.concatenate([self._kept_sequences, sequences[places]]),
            np.concatenate([self._kept_class_ids, class_ids[places]]),
            np.concatenate([self._kept_confidences, confidences[places]]),
            count=self._count,
            seed=self._seed,
        )
        self._kept = [
            (
                kept[index]
                if index < len(kept)
                else _new(sequences, class_ids, confidences, images, int(places[index - len(kept)]))
            )
            for index in chosen
        ]
        self._kept_sequences = np.array([one.sequence for one in self._kept], dtype=np.uint64)
        self._kept_class_ids = np.array([one.class_id for one in self._kept], dtype=np.int64)
        self._kept_confidences = np.array([one.confidence for one in self._kept], dtype=np.float32)
        self._highest_key = sample_keys(self._kept_sequences, self._seed).max(initial=0)

    def samples(self, fetch: Callable[[int], NDArray[np.uint8]]) -> list[Sample]:
        """Those chosen from all that was offered.

        Args:
            fetch: Gives the picture of a sequence that was offered without one.
        """
        return [
            Sample(
                sequence=one.sequence,
                class_id=one.class_id,
                confidence=one.confidence,
                image=fetch(one.sequence) if one.image is None else one.image,
            )
            for one in self._kept
        ]

    def _candidates(
        self, sequences: NDArray[np.uint64], class_ids: NDArray[np.int64]
    ) -> NDArray[np.intp]:
        """Where those are that may be chosen; of a long stream there are hardly any.

        Once all places are taken, a frame gets one only if its number is below the highest of
        those chosen, or its class has none.
        """
        if len(self._kept) < self._count:
            return np.arange(len(sequences))
        is_low = sample_keys(sequences, self._seed) < self._highest_key
        is_known = np.isin(class_ids, self._kept_class_ids)
        return np.flatnonzero(is_low | ~is_known)


def check_recalled(batch: PredictionBatch, *, first: int, classes: int) -> None:
    """Let predictions pass that a server brings back, from sequence ``first`` on.

    Raises:
        OutOfOrder: not ascending, too low, or of another number of classes.
    """
    sequences = batch.sequences.astype(np.int64)
    if sequences[0] < first or (np.diff(sequences) < 1).any():
        raise OutOfOrder(f"recalled predictions ascend from sequence {first} on, these do not")
    if batch.probabilities.shape[1] != classes:
        raise OutOfOrder(
            f"the classifier has {classes} classes, the server recalled predictions of "
            f"{batch.probabilities.shape[1]}"
        )


def _new(
    sequences: NDArray[np.uint64],
    class_ids: NDArray[np.int64],
    confidences: NDArray[np.float32],
    images: _Image | None,
    index: int,
) -> _Kept:
    return _Kept(
        sequence=int(sequences[index]),
        class_id=int(class_ids[index]),
        confidence=float(confidences[index]),
        # A copy: a view would keep its whole message alive.
        image=None if images is None else images[index].copy(),
    )
