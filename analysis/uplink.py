"""The uplink thread: results off their queue, predictions to the server in batches, until acked."""

import threading
import time
from collections.abc import Callable

from analysis.chunks import ResultChunk
from analysis.queues import BoundedQueue
from analysis.recording import PredictionLog, SampleKeeper
from streaming.errors import OutOfOrder
from streaming.messages import Ack
from streaming.predictions import encode_predictions

# A batch leaves when it is full, or this long after the one before it.
INTERVAL_S = 0.25
MAX_BATCH = 1024
# More classes make longer rows; a message stays near this size.
MAX_BATCH_BYTES = 1024 * 1024
# Batches under way; beyond it the uplink waits, so that a slow database slows the stream
# instead of filling memory.
MAX_UNACKED = 16


class Uplink:
    """Records every result and sends it on.

    Args:
        results: Where results come from.
        classes: Number of classes.
        sample_seed: Of the rule that chooses the sample pictures.
        send: Sends one message on the session socket.
        clock: Seconds, never going back.

    Attributes:
        batch_rows: Most predictions of one message.
        log: Every prediction.
        keeper: The samples.
        stored: Predictions that the server has committed.
        last_result_at: When the last result came, by ``clock``; None before the first.
    """

    def __init__(
        self,
        results: BoundedQueue[ResultChunk],
        *,
        classes: int,
        sample_seed: int,
        send: Callable[[bytes], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.log = PredictionLog(classes)
        self.keeper = SampleKeeper(seed=sample_seed)
        self.stored = 0
        self.last_result_at: float | None = None
        self._results = results
        self.batch_rows = max(1, min(MAX_BATCH, MAX_BATCH_BYTES // (12 + 4 * classes)))
        self._send = send
        self._clock = clock
        self._sent = 0
        self._number = 0
        self._next_flush_at = clock()
        self._unacked: dict[int, float] = {}
        self._drained = False
        self._aborted = False
        self._changed = threading.Condition()

    @property
    def complete(self) -> bool:
        """Whether every prediction was sent and acknowledged."""
        with self._changed:
            return self._drained and not self._unacked

    def oldest_unacked_s(self) -> float:
        """For how long the oldest batch under way has been; 0 where there is none."""
        with self._changed:
            return self._clock() - min(self._unacked.values()) if self._unacked else 0.0

    def run(self) -> None:
        """Record and send until the results queue is finished and everything is sent."""
        while not self._results.finished:
            pending = len(self.log) - self._sent
            wait_s = max(0.0, self._next_flush_at - self._clock()) if pending else INTERVAL_S
            for chunk in self._results.take(self.batch_rows, wait_s):
                self.log.append(chunk)
                self.keeper.offer(chunk)
                self.last_result_at = self._clock()
            while len(self.log) - self._sent >= self.batch_rows:
                self._flush()
            if self._sent < len(self.log) and self._clock() >= self._next_flush_at:
                self._flush()
        while self._sent < len(self.log) and not self._aborted:
            self._flush()
        with self._changed:
            self._drained = not self._aborted

    def acknowledge(self, ack: Ack) -> None:
        """Take note that a batch is committed.

        Raises:
            OutOfOrder: a batch that is not under way.
        """
        with self._changed:
            if self._unacked.pop(ack.batch, None) is None:
                raise OutOfOrder(f"batch {ack.batch} was acknowledged, but is not under way")
            self.stored = max(self.stored, ack.total)
            self._changed.notify_all()

    def abort(self) -> None:
        """Wait for no acknowledgement any longer."""
        with self._changed:
            self._aborted = True
            self._changed.notify_all()

    def _flush(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._aborted or len(self._unacked) < MAX_UNACKED)
            number = self._number
            self._number += 1
            # Before it is sent: the acknowledgement may be here before `send` returns.
            self._unacked[number] = self._clock()
        batch = self.log.part(self._sent, self._sent + self.batch_rows)
        self._sent += len(batch)
        self._next_flush_at = self._clock() + INTERVAL_S
        if not self._aborted:
            self._send(encode_predictions(batch, number=number))
