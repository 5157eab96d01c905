"""The client's end of one session, made of its real pure parts.

What is pure is driven as it is: ``Credit``, ``Reception``, ``RangeLog``, ``BoundedQueue`` and the
messages. The threads and sockets around them are not; each of their steps is a method here.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analysis.accounting import RangeLog, Reception
from analysis.chunks import FrameChunk
from analysis.credit import Credit
from analysis.queues import BoundedQueue
from results.ledger import Ledger, Loss, ranges_of
from streaming.messages import Ack, Attach, Attached, Ended, Ready, Recall, Resume, Resumed, Stop
from streaming.messages import Credit as CreditMessage
from tests.faults.stores import Report
from tests.faults.wire import (
    CLIENT,
    SESSION,
    Batch,
    Frames,
    Pipe,
    Recalled,
    Submission,
    Taken,
    Traits,
    Verdict,
)

ACCEPTED = "the report is accepted"
TAKEN = "another connection has the session"
UNDERWAY = ("opened", "running", "finishing")


@dataclass(slots=True)
class Todo:
    """What a client has yet to say, some of it once frames are attached, and what it waits for."""

    be_ready: bool = True
    hear_ready: bool = False
    await_frames: bool = True
    resend: bool = False
    stop: bool = False
    is_stopping: bool = False
    is_submitting: bool = False


@dataclass(slots=True)
class Predictions:
    """What a client has predicted, sent and seen stored; on hold, nothing is sent."""

    log: list[int] = field(default_factory=list)
    unacked: dict[int, Batch] = field(default_factory=dict)
    sent_rows: int = 0
    stored: int = 0
    next_number: int = 0
    on_hold: bool = False


class ClientEnd:
    """The client's steps, in one of its lives.

    Args:
        life: Which of its processes this is; every one but the first begins by recalling.
        traits: The session's.

    Attributes:
        over: Why nothing is left to do; empty while something is.
        position: The sequence up to which frames came over the present connection.
    """

    def __init__(self, life: int, traits: Traits) -> None:
        self.life = life
        self.over = ""
        self.session: Pipe | None = None
        self.frames: Pipe | None = None
        self.predictions = Predictions(on_hold=life > 0)
        self.position = 0
        self._traits = traits
        self._waits = traits.overload == "wait"
        self._queue: BoundedQueue[FrameChunk] = BoundedQueue(traits.capacity)
        window = min(traits.window, traits.capacity) if self._waits else traits.window
        self._credit = Credit(announced=traits.announced, window=window)
        self._reception: Reception | None = None if life else Reception(traits.announced)
        self._dropped, self._rejected = RangeLog(), RangeLog()
        self._ended: Ended | None = None
        self._is_attached = False
        self._todo = Todo()

    # --- connecting ---

    def connect_session(self) -> Pipe:
        """Connect again, and ask for the session."""
        self.predictions.on_hold, self._todo.resend = True, False
        self.session = Pipe(up=deque([Resume(session=SESSION, secret="", client=CLIENT)]))
        return self.session

    def connect_frames(self) -> Pipe:
        """Connect again, and ask for what has not come."""
        assert self._reception is not None
        self._is_attached = False
        self.frames = Pipe(up=deque([Attach(secret="", next=self._reception.next_sequence)]))
        return self.frames

    @property
    def knows_the_past(self) -> bool:
        """Whether frames can be asked for."""
        return self._reception is not None

    @property
    def wants_frames(self) -> bool:
        """Whether frames are still to come, and nobody brings them."""
        missing = self.frames is None or not self.frames.client_stands
        return not self.over and self.knows_the_past and self._ended is None and missing

    @property
    def attached(self) -> bool:
        """Whether frames come over the present connection."""
        return self._is_attached and self.frames is not None and self.frames.client_stands

    # --- hearing ---

    def hear_session(self) -> None:
        """Take the next message of the session socket."""
        assert self.session is not None
        match self.session.down.popleft():
            case Resumed() as resumed:
                self._go_on(resumed)
            case Recalled(sequences=sequences):
                self._remember(sequences)
            case Ready():
                assert self._todo.hear_ready
                self._todo.hear_ready = False
            case Ack() as ack:
                del self.predictions.unacked[ack.batch]
                self.predictions.stored = max(self.predictions.stored, ack.total)
            case Ended() as ended:
                if self._todo.be_ready or self._todo.hear_ready:
                    self.over = f"stopped before its first frame: {ended.reason}"
            case Verdict(problems=problems):
                assert not problems, problems
                self.over = ACCEPTED
            case Taken():
                self.over = TAKEN
        self._say_what_waits()

    def hear_frames(self) -> None:
        """Take the next message of the frames socket."""
        assert self.frames is not None and self._reception is not None
        match self.frames.down.popleft():
            case Attached(next=following):
                self._is_attached = True
                self.position = following
                self._reception.attach(following)
                if self._credit.granted:
                    self._tell(self._credit.granted)
                else:
                    self._grant(self._reception.next_sequence)
            case Frames(first=first, count=count):
                self._accept(first, count)
            case Ended() as ended:
                self._reception.end(ended.sent)
                self._ended = ended
                self.frames.client_stands = False
            case Taken():
                self.over = TAKEN
        self._say_what_waits()

    # --- working ---

    def analyse(self, limit: int) -> None:
        """Classify what is queued."""
        chunks = self._queue.take(limit, 0)
        if chunks and self._waits:
            self._grant(chunks[-1].end_sequence)
        every = self._traits.rejects
        for chunk in chunks:
            for sequence in range(chunk.first_sequence, chunk.end_sequence):
                if every and sequence % every == every - 1:
                    self._rejected.add(sequence, sequence + 1)
                else:
                    self.predictions.log.append(sequence)

    def flush(self, rows: int) -> None:
        """Send predictions that were not sent yet."""
        own = self.predictions
        sequences = tuple(own.log[own.sent_rows : own.sent_rows + rows])
        if sequences:
            batch = Batch(own.next_number, sequences, self.life)
            own.sent_rows += len(sequences)
            own.next_number += 1
            own.unacked[batch.number] = batch
            if not own.on_hold:
                self._say(batch)

    def stop(self) -> None:
        """Ask for an early end."""
        if not self._todo.is_stopping:
            self._todo.is_stopping = self._todo.stop = True
            self._say_what_waits()

    def submit(self) -> None:
        """Send the report, once everything is acknowledged."""
        own = self.predictions
        complete = self._ended and len(self._queue) == 0 and own.sent_rows == len(own.log)
        if complete and not (own.unacked or own.on_hold or self._todo.is_submitting):
            self._todo.is_submitting = True
            self._say(Submission(self._report()))

    # --- inside ---

    def _say_what_waits(self) -> None:
        """Say what had to wait for a connection."""
        todo, own = self._todo, self.predictions
        is_resumed = not own.on_hold or todo.resend
        if self.over or self._reception is None or not is_resumed:
            return
        if todo.await_frames and not (self.attached or self._ended):
            return
        todo.await_frames = False
        if todo.be_ready:
            todo.be_ready, todo.hear_ready = False, True
            self._say(Ready())
        if todo.resend:
            todo.resend = own.on_hold = False
            for batch in own.unacked.values():
                self._say(batch)
        if todo.stop and not self._ended:
            todo.stop = False
            self._say(Stop(reason="interrupted"))

    def _say(self, message: Any) -> None:
        if self.session is not None and self.session.client_stands:
            self.session.up.append(message)
        else:
            self.predictions.on_hold = True

    def _tell(self, until: int) -> None:
        if self.attached and self.frames is not None:
            self.frames.up.append(CreditMessage(until=until))

    def _grant(self, sequence: int) -> None:
        until = self._credit.advance(sequence)
        if until is not None:
            self._tell(until)

    def _go_on(self, resumed: Resumed) -> None:
        todo = self._todo
        if todo.is_submitting:
            self.predictions.on_hold = False
            self._say(Submission(self._report()))
            return
        if resumed.state not in UNDERWAY:
            self.over = f"over already: {resumed.state}"
            return
        todo.be_ready = resumed.state == "opened"
        todo.await_frames = todo.be_ready
        todo.hear_ready = False
        todo.stop = todo.is_stopping
        todo.resend = True
        if self._reception is None:
            known = self.predictions.log
            self._say(Recall(first=known[-1] + 1 if known else 0))
        elif self._ended is None and resumed.sent < self._reception.next_sequence:
            # The server has forgotten the last it sent, which attaching tells it.
            todo.await_frames = True
            if self.frames is not None:
                self.frames.client_stands = False

    def _remember(self, sequences: Sequence[int]) -> None:
        own = self.predictions
        if sequences:
            own.log += sequences
            self._say(Recall(first=sequences[-1] + 1))
            return
        own.sent_rows = own.stored = len(own.log)
        self._reception = Reception(self._traits.announced, stored=ranges_of(own.log))
        self._todo.await_frames = True

    def _accept(self, first: int, count: int) -> None:
        assert self._reception is not None
        end = first + count
        assert end <= self._credit.granted, "frames beyond the credit"
        self.position = end
        fresh = self._reception.accept(first, count)
        if not fresh or fresh[-1][1] < end:
            fresh.append((end, end))
        for start, after in fresh:
            chunk = FrameChunk(start, 0, np.zeros((after - start, 1, 1), dtype=np.uint8))
            if self._waits:
                assert len(self._queue) + len(chunk) <= self._queue.capacity, "would have to wait"
                self._queue.put(chunk)
                continue
            for lost in self._queue.put_dropping_oldest(chunk):
                self._dropped.add(lost.first_sequence, lost.end_sequence)
            self._grant(chunk.end_sequence)

    def _report(self) -> Report:
        assert self._ended is not None and self._reception is not None
        announced, sent = self._traits.announced, self._ended.sent
        unsent: tuple[Loss, ...] = ()
        if self._ended.unsent:
            unsent = (Loss(self._ended.reason, ((sent, announced - 1),)),)
        ledger = Ledger(
            announced=announced,
            sent=sent,
            received=self._reception.received,
            analysed=len(self.predictions.log),
            stored=self.predictions.stored,
            losses={
                "unsent": unsent,
                "lost": self._reception.lost.losses("gap"),
                "rejected": self._rejected.losses("not-finite"),
                "dropped": self._dropped.losses("overload"),
            },
        )
        return Report(ledger, tuple(self.predictions.log))
