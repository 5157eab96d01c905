"""The uplink thread: results off their queue, predictions to the server in batches, until acked."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

import numpy as np

from analysis.chunks import ResultChunk
from analysis.errors import ServerRefused, ServerUnreachable
from analysis.queues import BoundedQueue
from analysis.recording import Recording
from results.batches import PredictionBatch
from streaming.errors import OutOfOrder
from streaming.messages import Ack
from streaming.predictions import MAX_PREDICTIONS, encode_predictions

logger = logging.getLogger(__name__)

# A batch leaves when it is full, or this long after the one before it.
INTERVAL_S = 0.25
# Full only where frames are fast; a commit of 4,096 rows costs little more than one of 1,024.
MAX_BATCH = MAX_PREDICTIONS
# More classes make longer rows; a message stays near this size.
MAX_BATCH_BYTES = 1024 * 1024
# Batches under way; beyond it the uplink waits, so that a slow database slows the stream
# instead of filling memory.
MAX_UNACKED = 8


class _Underway:
    """The batches that are not acknowledged: their messages, and when each was sent last."""

    def __init__(self) -> None:
        self.next_number = 0
        self._messages: dict[int, bytes] = {}
        self._sent_at: dict[int, float] = {}

    def __len__(self) -> int:
        return len(self._messages)

    def add(self, message: bytes, now: float) -> None:
        """One more, of the next number."""
        self._messages[self.next_number] = message
        self._sent_at[self.next_number] = now
        self.next_number += 1

    def remove(self, number: int) -> bool:
        """One less; False where it was not under way."""
        self._sent_at.pop(number, None)
        return self._messages.pop(number, None) is not None

    def again(self, now: float) -> list[bytes]:
        """All their messages in order, sent again."""
        self._sent_at = dict.fromkeys(self._sent_at, now)
        return list(self._messages.values())

    def oldest_s(self, now: float) -> float:
        """For how long the oldest has been under way; 0 where there is none."""
        return now - min(self._sent_at.values(), default=now)


class _Pending:
    """The predictions that are not in a message yet, in the order of their coming."""

    def __init__(self) -> None:
        self._batches: deque[PredictionBatch] = deque()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, chunk: ResultChunk) -> None:
        """Some more; their pictures are not kept."""
        self._batches.append(
            PredictionBatch(chunk.sequences, chunk.probabilities, chunk.latencies_ms)
        )
        self._count += len(chunk)

    def take(self, limit: int) -> PredictionBatch:
        """The oldest, at most that many; there is one at least."""
        taken: list[PredictionBatch] = []
        room = limit
        while room > 0 and self._batches:
            batch = self._batches.popleft()
            if len(batch) > room:
                self._batches.appendleft(_part(batch, slice(room, None)))
                batch = _part(batch, slice(room))
            taken.append(batch)
            room -= len(batch)
        self._count -= limit - room
        return PredictionBatch(
            sequences=np.concatenate([one.sequences for one in taken]),
            probabilities=np.concatenate([one.probabilities for one in taken]),
            latencies_ms=np.concatenate([one.latencies_ms for one in taken]),
        )


def _part(batch: PredictionBatch, part: slice) -> PredictionBatch:
    return PredictionBatch(
        batch.sequences[part], batch.probabilities[part], batch.latencies_ms[part]
    )


class Uplink:
    """Records every result and sends it on.

    Where sending fails it goes on recording: whoever reads the socket learns why, calls ``hold``,
    and ``resend`` once there is another. Predictions are kept until they are acknowledged.

    Args:
        results: Where results come from.
        classes: Number of classes.
        recording: Takes in every result; what it has already, the server has.
        send: Sends one message on the session socket.
        clock: Seconds, never going back.

    Attributes:
        batch_rows: Most predictions of one message.
        recording: Of every prediction.
        stored: Predictions that the server has committed.
        last_result_at: When the last result came, by ``clock``; None before the first.
    """

    def __init__(
        self,
        results: BoundedQueue[ResultChunk],
        *,
        classes: int,
        recording: Recording,
        send: Callable[[bytes], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.recording = recording
        self.stored = len(recording)
        self.last_result_at: float | None = None
        self._results = results
        self.batch_rows = max(1, min(MAX_BATCH, MAX_BATCH_BYTES // (12 + 4 * classes)))
        self._send = send
        self._clock = clock
        self._pending = _Pending()
        self._next_flush_at = clock()
        self._underway = _Underway()
        self._drained = False
        self._aborted = False
        self._changed = threading.Condition()
        self._holding = False
        # Who sends; never wanted by one who has ``_changed``.
        self._line = threading.Lock()

    @property
    def complete(self) -> bool:
        """Whether every prediction was sent and acknowledged."""
        with self._changed:
            return self._drained and not self._underway

    def oldest_unacked_s(self) -> float:
        """For how long the oldest batch under way has been; 0 where there is none, or on hold."""
        with self._changed:
            return 0.0 if self._holding else self._underway.oldest_s(self._clock())

    def hold(self) -> None:
        """Send nothing more for now; what is being sent must have ended with its connection."""
        with self._line:
            self._holding = True

    def resend(self) -> None:
        """Send what is not acknowledged again, the same bytes in the same order, then go on."""
        with self._line:
            with self._changed:
                self._holding = False
                messages = self._underway.again(self._clock())
            for message in messages:
                self._try_to_send(message)

    def run(self) -> None:
        """Record and send until the results queue is finished and everything is sent."""
        while not (self._results.finished or self._aborted):
            wait_s = INTERVAL_S
            if self._pending:
                wait_s = max(0.0, self._next_flush_at - self._clock())
            for chunk in self._results.take(self.batch_rows, wait_s):
                self.last_result_at = self._clock()
                self.recording.add(chunk)
                self._pending.add(chunk)
            while len(self._pending) >= self.batch_rows and not self._aborted:
                self._flush()
            if self._pending and self._clock() >= self._next_flush_at:
                self._flush()
        while self._pending and not self._aborted:
            self._flush()
        with self._changed:
            self._drained = not self._aborted

    def acknowledge(self, ack: Ack) -> None:
        """Take note that a batch is committed.

        Raises:
            OutOfOrder: a batch that is not under way.
        """
        with self._changed:
            if not self._underway.remove(ack.batch):
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
            self._changed.wait_for(lambda: self._aborted or len(self._underway) < MAX_UNACKED)
            if self._aborted:
                return
        batch = self._pending.take(self.batch_rows)
        message = encode_predictions(batch, number=self._underway.next_number)
        with self._line:
            with self._changed:
                # Before it is sent: the acknowledgement may be here before `send` returns.
                self._underway.add(message, self._clock())
            self._next_flush_at = self._clock() + INTERVAL_S
            self._try_to_send(message)

    def _try_to_send(self, message: bytes) -> None:
        if self._holding:
            return
        try:
            self._send(message)
        except (ServerUnreachable, ServerRefused) as error:
            self._holding = True
            logger.debug("predictions wait for another connection: %s", error)
