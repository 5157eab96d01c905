"""Both ends of one session, made of their real pure parts, and pipes between them that break.

What is pure is driven as it is: the server's ``FrameFlow``, the client's ``Credit``,
``Reception``, ``RangeLog`` and ``BoundedQueue``, and the messages. The threads, tasks and sockets
around them are not; each of their steps is a method here.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np

from analysis.accounting import RangeLog, Reception
from analysis.chunks import FrameChunk
from analysis.credit import Credit, Overload
from analysis.queues import BoundedQueue
from results.errors import ConnectionReplaced, IllegalTransition
from results.ledger import Ledger, Loss, ranges_of
from results.lifecycle import SessionState
from streaming.messages import (
    Ack,
    Attach,
    Attached,
    ClientInfo,
    Ended,
    Ready,
    Recall,
    Resume,
    Resumed,
    Stop,
)
from streaming.messages import Credit as CreditMessage
from streaming.pacing import WINDOW_BYTES, Done, FrameFlow, Send, Stalled
from tests.faults.stores import Report, Store

SESSION = UUID("12345678-1234-5678-1234-567812345678")
CLIENT = ClientInfo(name="model")
ACCEPTED = "the report is accepted"
TAKEN = "another connection has the session"
UNDERWAY = ("opened", "running", "finishing")


@dataclass(frozen=True, slots=True)
class Traits:
    """What kind of session it is.

    Attributes:
        window: Most frames in flight.
        capacity: Of the client's queue of frames.
        overload: What happens when it is full.
        rejects: Every so manieth frame is rejected by the classifier; 0: none is.
        may_be_stopped: Whether somebody may ask for an early end.
    """

    announced: int
    fps: float
    window: int
    capacity: int
    overload: Overload
    rejects: int
    may_be_stopped: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Predictions on their way; ``life`` is which of the client's processes made them."""

    number: int
    sequences: tuple[int, ...]
    life: int


@dataclass(frozen=True, slots=True)
class Frames:
    """Frames on their way."""

    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Recalled:
    """Stored predictions on their way back."""

    sequences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Submission:
    """A report on its way."""

    report: Report


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the server makes of a report."""

    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """The server's close of a socket whose session, or frames, another has by now."""


@dataclass(slots=True, eq=False)
class Pipe:
    """One connection: what is under way, and which ends still stand.

    Attributes:
        number: Which of the session's sockets, or of its frames', it is.
    """

    up: deque[Any] = field(default_factory=deque)
    down: deque[Any] = field(default_factory=deque)
    client_stands: bool = True
    server_stands: bool = True
    number: int = 0

    def close(self) -> None:
        """Have the server close it, as another has what it had."""
        self.server_stands = False
        self.down.append(Taken())

    def lose(self, *, keep_up: int, keep_down: int) -> None:
        """Break it; of what was under way, only so much still arrives."""
        for direction, keep in ((self.up, keep_up), (self.down, keep_down)):
            while len(direction) > keep:
                direction.pop()
        self.client_stands = False


class ServerEnd:
    """The server's steps; what it keeps is in the store, and a flow in its memory."""

    def __init__(self, store: Store, traits: Traits) -> None:
        self.store = store
        self.flow: FrameFlow | None = None
        self.frames: Pipe | None = None
        self._fps = traits.fps
        self._frame_bytes = WINDOW_BYTES // traits.window
        self._told_end: set[int] = set()

    def die(self) -> None:
        """Lose the memory, and every connection."""
        self.flow = self.frames = None
        self._told_end.clear()

    def hear_session(self, pipe: Pipe) -> None:
        """Answer the next message of a session socket."""
        message = pipe.up.popleft()
        try:
            self._answer(pipe, message)
        except ConnectionReplaced:
            pipe.close()

    def hear_frames(self, pipe: Pipe) -> None:
        """Take the next message of a frames socket."""
        match pipe.up.popleft():
            case Attach(next=first):
                pipe.number = self.store.attach(first)
                kept = self.store.kept()
                sent = max(kept.sent, self.flow.sent if self.flow else 0)
                if self.frames is not None:
                    self.frames.close()
                self.frames = pipe
                self.flow = FrameFlow(
                    announced=kept.announced,
                    fps=self._fps,
                    frame_bytes=self._frame_bytes,
                    first=first,
                    sent=sent,
                )
                pipe.down.append(Attached(session=SESSION, next=first))
            case CreditMessage(until=until):
                if pipe is self.frames and self.flow is not None:
                    self.flow.grant(until)

    def watch(self, now: float) -> None:
        """Carry the store's state to the flow, and the flow's count back."""
        if self.flow is None or self.frames is None:
            return
        kept = self.store.kept()
        if kept.state is SessionState.RUNNING:
            self.store.record_sent(self.flow.sent, self.frames.number)
        if kept.state in (SessionState.RUNNING, SessionState.FINISHING):
            self.flow.start(now)
        if kept.is_final:
            self.flow.abandon(kept.stop_reason or kept.state)
        elif kept.state is SessionState.FINISHING:
            self.flow.stop(kept.reason or "complete")
        elif kept.stop_reason:
            self.flow.stop(kept.stop_reason)

    def stream(self, now: float) -> None:
        """Send what the flow lets go, or its end."""
        if self.flow is None or self.frames is None:
            return
        match self.flow.step(now):
            case Send(first=first, count=count):
                self.frames.down.append(Frames(first, count))
            case Done(reason=reason):
                unsent = reason if self.flow.unsent else None
                self.store.end_stream(self.flow.sent, unsent, self.frames.number)
                self.frames.down.append(self._ended())
                self.flow = self.frames = None
            case Stalled():
                raise AssertionError("nobody set a limit")

    def look(self, pipe: Pipe) -> None:
        """Tell a session socket that the stream has ended, once."""
        if pipe.number != self.store.kept().connection:
            pipe.close()
            return
        kept = self.store.kept()
        over = kept.is_final or kept.state is SessionState.FINISHING
        if over and pipe.number not in self._told_end:
            self._told_end.add(pipe.number)
            pipe.down.append(self._ended())

    def notice_session(self, pipe: Pipe) -> None:
        """See that a session socket broke."""
        pipe.server_stands = False
        if self.flow is not None and self.frames is not None:
            if self.store.kept().state is SessionState.RUNNING:
                self.store.record_sent(self.flow.sent, self.frames.number)
        if pipe.number:
            self.store.interrupt(pipe.number)

    def notice_frames(self, pipe: Pipe) -> None:
        """See that a frames socket broke."""
        pipe.server_stands = False
        if pipe is self.frames and self.flow is not None:
            self.store.interrupt_frames(pipe.number, self.flow.sent)
            self.flow = self.frames = None

    def _answer(self, pipe: Pipe, message: Any) -> None:
        store = self.store
        match message:
            case Resume():
                pipe.number = store.resume()
                kept = store.kept()
                pipe.down.append(
                    Resumed(session=SESSION, state=kept.state, sent=kept.sent, stored=kept.stored)
                )
                self.look(pipe)
            case Ready():
                self._start(pipe)
            case Stop(reason=reason):
                store.stop(reason, pipe.number)
                self.look(pipe)
            case Recall(first=first):
                known = [each for each in store.predictions() if each >= first]
                pipe.down.append(Recalled(tuple(known[:5])))
            case Batch():
                self._keep(pipe, message)
            case Submission(report=report):
                pipe.down.append(Verdict(tuple(store.submit(report, pipe.number))))

    def _start(self, pipe: Pipe) -> None:
        try:
            self.store.start(pipe.number)
        except IllegalTransition:
            self.look(pipe)
            if not self.store.kept().is_final:
                raise
        else:
            pipe.down.append(Ready())

    def _keep(self, pipe: Pipe, batch: Batch) -> None:
        streamed = None
        if self.flow is not None and self.frames is not None:
            streamed = (self.frames.number, self.flow.sent)
        before = self.store.kept().stored
        total = self.store.store(
            batch.sequences, batch.life, connection=pipe.number, streamed=streamed
        )
        new = total - before
        repeated = len(batch.sequences) - new
        pipe.down.append(Ack(batch=batch.number, stored=new, repeated=repeated, total=total))

    def _ended(self) -> Ended:
        kept = self.store.kept()
        unsent = kept.announced - kept.sent
        reason = kept.reason if unsent else "complete"
        return Ended(session=SESSION, sent=kept.sent, unsent=unsent, reason=reason)


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
