"""The analyzer of a session whose frames a pool classifies."""

import queue
import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analysis.analyzer import Analyzer, images_of
from analysis.chunks import FrameChunk, ResultChunk
from analysis.classifiers.interface import ImageClassifier
from analysis.distributed.pool import ClassifierPool
from analysis.queues import BoundedQueue

_Batch = tuple[list[FrameChunk], NDArray[np.uint8]]


class PooledAnalyzer(Analyzer):
    """Hands over whatever is queued while the pool has room, and passes results on in order.

    Frames are taken, and credit for others granted, only when the pool takes them: a pool that is
    slow slows the stream.

    Args:
        pool: What says which class a picture is of.
        frames: Where frames come from.
        results: Where frames and their results go.
        batch_limit: Most frames classified at once.
        on_taken: Called with the sequence after the last one taken.
    """

    def __init__(
        self,
        pool: ClassifierPool,
        frames: BoundedQueue[FrameChunk],
        results: BoundedQueue[ResultChunk],
        *,
        batch_limit: int,
        on_taken: Callable[[int], None] = lambda sequence: None,
    ) -> None:
        super().__init__(pool, frames, results, batch_limit=batch_limit, on_taken=on_taken)
        self._pool = pool
        self._under_way: queue.SimpleQueue[_Batch | BaseException | None] = queue.SimpleQueue()

    def run(self) -> None:
        """Classify until the frame queue is finished, then close the results queue.

        Raises:
            WorkersGone: no worker is left.
            ClassifierError: the classifier failed, or answered with another shape than its
                card says.
        """
        # Two threads, as either end may have to wait while there is work for the other.
        feeder = threading.Thread(target=self._feed, name="feeder", daemon=True)
        feeder.start()
        is_whole = False
        try:
            is_whole = self._pass_on()
        finally:
            if not is_whole:
                # The feeder is not to wait for room that nobody will make.
                self._frames.abort()
                self._pool.abort()
        if is_whole:
            self._results.close()

    def _pass_on(self) -> bool:
        """Put results into their queue until there are no more; False where it takes no more."""
        while (batch := self._under_way.get()) is not None:
            if isinstance(batch, BaseException):
                raise batch
            if not self._results.put(self._result(*batch, self._pool.take())):
                return False
        return True

    def _feed(self) -> None:
        try:
            while chunks := self._frames.take(self._batch_limit):
                self._on_taken(chunks[-1].end_sequence)
                full = [one for one in chunks if len(one)]
                if full:
                    images = images_of(full)
                    is_taken = self._pool.submit(images)
                    self._under_way.put((full, images))
                    if not is_taken:
                        return
        except BaseException as error:  # pylint: disable=broad-exception-caught  # raised in run
            self._under_way.put(error)
        finally:
            self._under_way.put(None)


def analyzer_for(
    classifier: ImageClassifier,
    frames: BoundedQueue[FrameChunk],
    results: BoundedQueue[ResultChunk],
    *,
    batch_limit: int,
    on_taken: Callable[[int], None],
) -> Analyzer:
    """The analyzer that suits a classifier: one for a pool, or one for what answers by itself."""
    if isinstance(classifier, ClassifierPool):
        return PooledAnalyzer(
            classifier, frames, results, batch_limit=batch_limit, on_taken=on_taken
        )
    return Analyzer(classifier, frames, results, batch_limit=batch_limit, on_taken=on_taken)
