"""The receiver thread: frame messages in, arrays as the classifier takes them into the queue."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.accounting import RangeLog, Reception
from analysis.chunks import FrameChunk
from analysis.classifiers.card import InputFormat
from analysis.credit import Credit, Overload
from analysis.errors import ServerSilent, ServerUnreachable
from analysis.preprocessing import adjust_images
from analysis.queues import BoundedQueue
from streaming.errors import MalformedFrames, OutOfOrder
from streaming.frames import FrameMessage, decode_frames
from streaming.messages import DatasetInfo, Ended


class FrameSource(Protocol):
    """Where frames come from: a ``FrameLink``, or a test's fake."""

    def receive(self, timeout_s: float) -> bytes | Ended:
        """The next frame message, or the end of the stream; ``TimeoutError`` for neither."""

    def grant(self, until: int) -> None:
        """Let the source send every frame below ``until``."""

    def renew(self, error: ServerUnreachable | None, next_sequence: int) -> int:
        """Connect, after this error if there was one, for the frames from ``next_sequence`` on.

        Returns the sequence of the first that will come; raises where there is no hope.
        """


class Receiver:
    """Receives one session's frames until the stream ends.

    Args:
        source: The frames.
        queue: Where they go.
        reception: The account of what comes.
        dataset: Their size, as the server announced it.
        wanted: The size and mode that the classifier takes.
        credit: What the source may send; with ``drop-oldest`` the receiver extends it.
        overload: What to do when the queue is full.
        stall_s: Longest wait for a frame while there is credit, seconds.
    """

    def __init__(
        self,
        source: FrameSource,
        queue: BoundedQueue[FrameChunk],
        *,
        reception: Reception,
        dataset: DatasetInfo,
        wanted: InputFormat,
        credit: Credit,
        overload: Overload,
        stall_s: float,
    ) -> None:
        self.reception = reception
        self.dropped = RangeLog()
        self.ended: Ended | None = None
        self._source = source
        self._queue = queue
        self._dataset = dataset
        self._wanted = wanted
        self._credit = credit
        self._drops = overload == "drop-oldest"
        self._stall_s = stall_s

    def run(self) -> None:
        """Connect and receive until the stream ends, then close the queue.

        Raises:
            PeerError: what came is not the stream that was announced.
            SessionFailed: the source is gone for good.
        """
        self._connect(None)
        while self.ended is None:
            try:
                message = self._next()
            except ServerUnreachable as error:
                self._connect(error)
                continue
            if isinstance(message, Ended):
                self.reception.end(message.sent)
                self.ended = message
            elif not self._accept(decode_frames(message)):
                return
        self._queue.close()

    def _connect(self, error: ServerUnreachable | None) -> None:
        self.reception.attach(self._source.renew(error, self.reception.next_sequence))

    def _next(self) -> bytes | Ended:
        while True:
            may_send = self._credit.granted > self.reception.next_sequence
            try:
                return self._source.receive(self._stall_s)
            except TimeoutError as error:
                # Without credit the silence is ours: the classifier is busy.
                if may_send:
                    raise ServerSilent(
                        f"no frame came for {self._stall_s:g} s after sequence "
                        f"{self.reception.next_sequence - 1}, credit reaches "
                        f"{self._credit.granted}"
                    ) from error

    def _accept(self, message: FrameMessage) -> bool:
        """Queue the frames; False where the queue takes no more."""
        check_shape(message.images, self._dataset)
        first, end = message.first_sequence, message.first_sequence + len(message)
        fresh = self.reception.accept(first, len(message))
        if end > self._credit.granted:
            raise OutOfOrder(
                f"frames may come below sequence {self._credit.granted}, the credit, "
                f"got {end - 1}"
            )
        if not fresh or fresh[-1][1] < end:
            # Whoever grants credit as frames are taken has to hear of those passed over.
            fresh.append((end, end))
        return all(
            self._queue_frames(
                FrameChunk(
                    start,
                    message.sent_at_ns,
                    adjust_images(message.images[start - first : after - first], self._wanted),
                )
            )
            for start, after in fresh
        )

    def _queue_frames(self, chunk: FrameChunk) -> bool:
        if not self._drops:
            return self._queue.put(chunk)
        for dropped in self._queue.put_dropping_oldest(chunk):
            self.dropped.add(dropped.first_sequence, dropped.end_sequence)
        until = self._credit.advance(chunk.end_sequence)
        if until is not None:
            self._source.grant(until)
        return True


def check_shape(images: NDArray[np.uint8], dataset: DatasetInfo) -> None:
    """Let frames pass that have the size and channels that were announced.

    Raises:
        MalformedFrames: they have not.
    """
    shape = (dataset.height, dataset.width) + ((3,) if dataset.channels == 3 else ())
    if images.shape[1:] != shape:
        raise MalformedFrames(f"the session's frames are {shape}, got {images.shape[1:]}")
