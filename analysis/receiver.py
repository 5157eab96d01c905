"""The receiver thread: frame messages in, arrays as the classifier takes them into the queue."""

from typing import Protocol

from analysis.accounting import RangeLog, Reception
from analysis.chunks import FrameChunk
from analysis.classifiers.card import InputFormat
from analysis.credit import Credit, Overload
from analysis.errors import ServerUnreachable
from analysis.preprocessing import adjust_images
from analysis.queues import BoundedQueue
from streaming.errors import MalformedFrames, OutOfOrder
from streaming.frames import FrameMessage, decode_frames
from streaming.messages import DatasetInfo, Ended


class FrameSource(Protocol):
    """Where frames come from: a ``FramesConnection``, or a test's fake."""

    def receive(self, timeout_s: float) -> bytes | Ended:
        """The next frame message, or the end of the stream; ``TimeoutError`` for neither."""

    def grant(self, until: int) -> None:
        """Let the source send every frame below ``until``."""


class Receiver:
    """Receives one session's frames until the stream ends.

    Args:
        source: The frames.
        queue: Where they go.
        announced: Frames of the session.
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
        announced: int,
        dataset: DatasetInfo,
        wanted: InputFormat,
        credit: Credit,
        overload: Overload,
        stall_s: float,
    ) -> None:
        self.reception = Reception(announced)
        self.dropped = RangeLog()
        self.ended: Ended | None = None
        self._source = source
        self._queue = queue
        self._shape = (dataset.height, dataset.width) + ((3,) if dataset.channels == 3 else ())
        self._wanted = wanted
        self._credit = credit
        self._drops = overload == "drop-oldest"
        self._stall_s = stall_s

    def run(self) -> None:
        """Receive until the stream ends, then close the queue.

        Raises:
            PeerError: what came is not the stream that was announced.
            SessionFailed: the source closed, or nothing came in time.
        """
        while self.ended is None:
            message = self._next()
            if isinstance(message, Ended):
                self.reception.end(message.sent)
                self.ended = message
            elif not self._accept(decode_frames(message)):
                return
        self._queue.close()

    def _next(self) -> bytes | Ended:
        while True:
            may_send = self._credit.granted > self.reception.next_sequence
            try:
                return self._source.receive(self._stall_s)
            except TimeoutError as error:
                # Without credit the silence is ours: the classifier is busy.
                if may_send:
                    raise ServerUnreachable(
                        f"no frame came for {self._stall_s:g} s after sequence "
                        f"{self.reception.next_sequence - 1}, credit reaches "
                        f"{self._credit.granted}"
                    ) from error

    def _accept(self, message: FrameMessage) -> bool:
        """Queue the frames; False where the queue takes no more."""
        if message.images.shape[1:] != self._shape:
            raise MalformedFrames(
                f"the session's frames are {self._shape}, got {message.images.shape[1:]}"
            )
        end = message.first_sequence + len(message)
        self.reception.accept(message.first_sequence, len(message))
        if end > self._credit.granted:
            raise OutOfOrder(
                f"frames may come below sequence {self._credit.granted}, the credit, "
                f"got {end - 1}"
            )
        chunk = FrameChunk(
            message.first_sequence,
            message.sent_at_ns,
            adjust_images(message.images, self._wanted),
        )
        if not self._drops:
            return self._queue.put(chunk)
        for dropped in self._queue.put_dropping_oldest(chunk):
            self.dropped.add(dropped.first_sequence, dropped.end_sequence)
        until = self._credit.advance(end)
        if until is not None:
            self._source.grant(until)
        return True
