"""The server's end of one session, made of its real pure parts.

What is pure is driven as it is: ``FrameFlow`` and the messages. The tasks and sockets around them
are not; each of their steps is a method here.
"""

from typing import Any

from results.errors import ConnectionReplaced, IllegalTransition
from results.lifecycle import SessionState
from streaming.messages import (
    Ack,
    Attach,
    Attached,
    Ended,
    Ready,
    Recall,
    Resume,
    Resumed,
    Stop,
)
from streaming.messages import Credit as CreditMessage
from streaming.pacing import WINDOW_BYTES, Done, FrameFlow, Send, Stalled
from tests.faults.stores import Store
from tests.faults.wire import SESSION, Batch, Frames, Pipe, Recalled, Submission, Traits, Verdict


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
