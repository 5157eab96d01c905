"""The analyzer thread: greedy micro-batches through the classifier, results with their images."""

import math
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analysis.accounting import RangeLog
from analysis.chunks import FrameChunk, ResultChunk
from analysis.classifiers.interface import ImageClassifier
from analysis.errors import ClassifierError
from analysis.queues import BoundedQueue


def images_of(chunks: list[FrameChunk]) -> NDArray[np.uint8]:
    """The pictures of chunks as one array, copied only where there are several."""
    if len(chunks) == 1:
        return chunks[0].images
    return np.concatenate([one.images for one in chunks])


# Of a latency: steps of a microsecond or two at ten milliseconds.
_LATENCY_BITS = 12


def coarse_ms(latency_ms: float) -> float:
    """A latency rounded to 12 significant bits, which is finer than it can be measured.

    So a session of any length has a few thousand different ones at most, and their percentiles
    can be had without keeping each.

    >>> coarse_ms(10.0), coarse_ms(10.0001), coarse_ms(-0.375)
    (10.0, 10.0, -0.375)
    """
    mantissa, exponent = math.frexp(latency_ms)
    return math.ldexp(round(math.ldexp(mantissa, _LATENCY_BITS)), exponent - _LATENCY_BITS)


class Analyzer:
    """Classifies whatever is queued, at once; it never waits to fill a batch.

    Args:
        classifier: What says which class a picture is of.
        frames: Where frames come from.
        results: Where frames and their results go.
        batch_limit: Most frames classified at once.
        on_taken: Called with the sequence after the last one taken, before they are classified,
            so that the next frames travel meanwhile.
        clock_ns: Nanoseconds since the Unix epoch.
    """

    def __init__(
        self,
        classifier: ImageClassifier,
        frames: BoundedQueue[FrameChunk],
        results: BoundedQueue[ResultChunk],
        *,
        batch_limit: int,
        on_taken: Callable[[int], None] = lambda sequence: None,
        clock_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self.analysed = 0
        self.rejected = RangeLog()
        self._classifier = classifier
        self._frames = frames
        self._results = results
        self._batch_limit = batch_limit
        self._on_taken = on_taken
        self._clock_ns = clock_ns

    def run(self) -> None:
        """Classify until the frame queue is finished, then close the results queue.

        Raises:
            ClassifierError: the classifier answered with another shape than its card says.
            Exception: whatever else the classifier raises.
        """
        while chunks := self._frames.take(self._batch_limit):
            self._on_taken(chunks[-1].end_sequence)
            full = [one for one in chunks if len(one)]
            if full and not self._results.put(self._classify(full)):
                return
        self._results.close()

    def _classify(self, chunks: list[FrameChunk]) -> ResultChunk:
        images = images_of(chunks)
        return self._result(chunks, images, self._classifier.predict(images))

    def _result(
        self,
        chunks: list[FrameChunk],
        images: NDArray[np.uint8],
        probabilities: NDArray[np.float32],
    ) -> ResultChunk:
        """What the classifier has just said of these frames, which is counted here."""
        now_ns = self._clock_ns()
        expected = (len(images), len(self._classifier.card.class_names))
        if probabilities.shape != expected:
            raise ClassifierError(
                f"the classifier's probabilities must be {expected}, got {probabilities.shape}"
            )
        sequences = np.concatenate(
            [np.arange(one.first_sequence, one.end_sequence, dtype=np.uint64) for one in chunks]
        )
        latencies_ms = np.concatenate(
            [
                np.full(len(one), coarse_ms((now_ns - one.sent_at_ns) / 1e6), np.float32)
                for one in chunks
            ]
        )
        result = ResultChunk(sequences, images, probabilities, latencies_ms)
        finite = np.isfinite(probabilities).all(axis=1)
        if not finite.all():
            for sequence in sequences[~finite].tolist():
                self.rejected.add(sequence, sequence + 1)
            result = ResultChunk(
                sequences[finite], images[finite], probabilities[finite], latencies_ms[finite]
            )
        self.analysed += len(result)
        return result
