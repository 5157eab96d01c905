"""The frames socket (port 6000): one session's frames, as the schedule and the credit allow."""

import asyncio
import contextlib
import logging
import time
from typing import Any
from uuid import UUID

from results import selectors, services
from results.doorbell import ring_session
from results.errors import ConnectionReplaced, SessionNotFound
from results.lifecycle import FINAL_STATES, SessionState
from results.models import Session
from results.services.counts import SessionCounts
from streaming.bookkeeping import check_secret, dataset_of, interrupt_frames
from streaming.consumers.base import PeerConsumer
from streaming.context import RunningFlow, StreamContext
from streaming.database import in_database
from streaming.datasets.pickles import DatasetReader
from streaming.errors import (
    MalformedMessage,
    OutOfOrder,
    ReaderStalled,
    SessionTaken,
    StorageUnavailable,
)
from streaming.frames import encode_frames
from streaming.interruptions import FRAMES_CLOSED, interruption_reason
from streaming.messages import (
    FRAMES_CLIENT_TYPES,
    FRAMES_SUBPROTOCOL,
    Attach,
    Attached,
    Credit,
    Ended,
    Error,
)
from streaming.pacing import Done, FrameFlow, Send, Stalled, Wait
from streaming.read_ahead import ReadAhead
from streaming.watching import LOOK_EVERY_S, LOOK_FOR_OTHERS_EVERY_S
from telemetry.metrics import frames_left

logger = logging.getLogger(__name__)

# A stream that sends nothing is still noted as running so often.
NOTE_EVERY_S = 2.0
# After `ended` the client closes, so that credit it grants meanwhile meets an open socket.
CLOSE_AFTER_END_S = 5.0


class FramesConsumer(PeerConsumer):
    """The server's end of a frames socket.

    However it closes before the stream has ended, the stream waits for a new one; whether the
    session is given up is said on its other socket. Only an offence ends the stream.
    """

    subprotocol = FRAMES_SUBPROTOCOL
    types = FRAMES_CLIENT_TYPES

    def __init__(self, context: StreamContext) -> None:
        super().__init__(context)
        self._running: RunningFlow | None = None
        self._waits: asyncio.Future[None] | None = None
        self._is_woken = False
        self._noted_at = self._noted_sent = 0.0
        self._learned: tuple[str, bool] | None = None
        self._is_ending = False
        self._is_settled = False

    @property
    def session_uuid(self) -> UUID:
        """The session that the path names."""
        uuid: UUID = self.scope["url_route"]["kwargs"]["session"]
        return uuid

    @property
    def name(self) -> str:
        """The session and its client, for log lines."""
        return f"frames of {self.session_uuid} to {super().name}"

    async def on_message(self, message: Any) -> None:
        """Take the secret once, then credit."""
        match message:
            case Attach():
                await self._attach(message)
            case Credit() if self._running is not None:
                if not self._is_ending:
                    self._running.flow.grant(message.until)
                    self._wake()
            case _:
                raise OutOfOrder("attach comes first on a frames socket")

    async def on_binary(self, message: bytes) -> None:
        """A client has no binary to send here."""
        raise MalformedMessage(
            f"a frames socket takes JSON from a client, got {len(message)} bytes of binary"
        )

    async def _attach(self, message: Attach) -> None:
        if self._running is not None:
            raise OutOfOrder("this socket is attached already")
        session = await in_database(selectors.get_session, self.session_uuid)
        check_secret(session, message.secret)
        dataset = self.context.dataset
        if session.dataset.sha256 != dataset.sha256:
            # Reading through one that is new here may take seconds.
            dataset = await asyncio.to_thread(dataset_of, session, self.context)
        session = await self.change(
            session.uuid, services.attach_frames, session_uuid=session.uuid, first=message.next
        )
        header = dataset.header
        replaced = self.context.flows.get(session.uuid)
        flow = FrameFlow(
            announced=session.announced,
            fps=session.fps,
            frame_bytes=header.height * header.width * header.channels,
            first=message.next,
            # What left over a connection that is replaced here may not be recorded yet.
            sent=max(session.sent, replaced.flow.sent if replaced else 0),
            stall_limit_s=self.context.stall_limit_s,
        )
        running = RunningFlow(flow, session.frames_connection)
        self._running = self.context.flows[session.uuid] = running
        await self.say(Attached(session=session.uuid, next=message.next))
        logger.info("session %s: frames attached from %d on", session.uuid, message.next)
        self.start(self._stream(running, dataset, session.offset))
        self.context.watcher.follow(self)
        # A socket that had the frames before, wherever it is, hears that it no longer has.
        await ring_session(session.uuid)

    # --- what the watcher asks and tells ---

    @property
    def followed(self) -> UUID:
        """The session whose frames these are."""
        return self.session_uuid

    @property
    def look_every_s(self) -> float:
        """More often where another process has the session socket and needs the count."""
        is_local = self.session_uuid in self.context.connections
        return LOOK_EVERY_S if is_local else LOOK_FOR_OTHERS_EVERY_S

    def note(self) -> services.FramesNote | None:
        """The count of frames sent, where it has risen; and now and then that they still are."""
        running = self._running
        if running is None or not running.flow.is_started or self._is_ending:
            return None
        now = time.monotonic()
        sent = running.flow.sent
        if sent <= self._noted_sent and now - self._noted_at < NOTE_EVERY_S:
            return None
        is_client_seen, self.heard_of_peer = self.heard_of_peer, False
        self._noted_at, self._noted_sent = now, sent
        return services.FramesNote(self.session_uuid, running.connection, sent, is_client_seen)

    def looked(self, session: SessionCounts | None) -> None:
        """Carry the session's state to the flow."""
        running = self._running
        if running is None or self._is_ending:
            return
        if session is None:
            self.start(_fail(SessionNotFound(f"no session {self.session_uuid}")))
            return
        if session.frames_connection != running.connection:
            taken = f"another connection has the frames of session {self.session_uuid}"
            self.start(_fail(ConnectionReplaced(taken)))
            return
        self._noted_sent = min(self._noted_sent, session.sent)
        learned = (session.state, session.stop_requested_at is not None)
        if learned == self._learned:
            return
        self._learned = learned
        if learned == (SessionState.RUNNING, False):
            self._start_flow(running.flow)
        elif session.state != SessionState.OPENED or session.stop_requested_at is not None:
            self.start(self._learn(running.flow))

    async def _learn(self, flow: FrameFlow) -> None:
        """Read why a session stops, or what has become of it."""
        try:
            self._follow(await in_database(selectors.get_session, self.session_uuid), flow)
        except StorageUnavailable as error:
            logger.warning("%s: not looked at, %s", self.name, error)
            self._learned = None

    def _follow(self, session: Session, flow: FrameFlow) -> None:
        if session.state in (SessionState.RUNNING, SessionState.FINISHING):
            flow.start(asyncio.get_running_loop().time())
        if session.state in FINAL_STATES:
            flow.abandon(session.stop_reason or session.state)
        elif session.state == SessionState.FINISHING:
            flow.stop(_reason_of_end(session))
        elif session.stop_requested_at is not None:
            flow.stop(session.stop_reason)
        self._wake()

    def _start_flow(self, flow: FrameFlow) -> None:
        flow.start(asyncio.get_running_loop().time())
        self._wake()

    # --- the stream ---

    def _wake(self) -> None:
        """Let the stream take its next step now."""
        self._is_woken = True
        if self._waits is not None and not self._waits.done():
            self._waits.set_result(None)

    async def _wait(self, seconds: float | None) -> None:
        """Until woken, or so long.

        A future and a timer, where `asyncio.wait_for` makes a task as well: at ten thousand frames
        a second that is most of what sending them costs.
        """
        if not self._is_woken:
            loop = asyncio.get_running_loop()
            self._waits = loop.create_future()
            timer = None if seconds is None else loop.call_later(seconds, _end_wait, self._waits)
            try:
                await self._waits
            finally:
                self._waits = None
                if timer is not None:
                    timer.cancel()
        self._is_woken = False

    async def _stream(self, running: RunningFlow, dataset: DatasetReader, offset: int) -> None:
        loop = asyncio.get_running_loop()
        flow, flows, session_uuid = running.flow, self.context.flows, self.session_uuid
        frames = ReadAhead(dataset)
        while True:
            if flows.get(session_uuid) is not running:
                raise SessionTaken("another connection has the frames of this session")
            match flow.step(loop.time()):
                case Send(first=first, count=count):
                    message = encode_frames(
                        frames.read(offset + first, count),
                        first_sequence=first,
                        sent_at_ns=time.time_ns(),
                    )
                    await self.say_bytes(message)
                    frames_left(count)
                    if flow.fps == 0 or count > 1:
                        # Sending does not wait for the network, so others must be let in by hand.
                        await asyncio.sleep(0)
                case Wait(seconds=seconds):
                    await self._wait(seconds)
                case Stalled(seconds=seconds):
                    raise ReaderStalled(
                        f"frames have waited {seconds:.0f} s for credit beyond {flow.following}"
                    )
                case Done(reason=reason):
                    await self._end(running, reason)
                    return

    async def _end(self, running: RunningFlow, reason: str) -> None:
        """Store the exact count, tell the client, and let it close."""
        self.context.watcher.leave(self)
        session = await self._store_end(running, reason)
        unsent = session.announced - session.sent
        await self.say(
            Ended(
                session=self.session_uuid,
                sent=session.sent,
                unsent=unsent,
                reason=_reason_of_end(session),
            )
        )
        logger.info(
            "session %s: stream ended, %s, sent %d, unsent %d",
            self.session_uuid,
            reason,
            session.sent,
            unsent,
        )
        await asyncio.sleep(CLOSE_AFTER_END_S)
        await self.finish()

    async def _store_end(self, running: RunningFlow, reason: str) -> Session:
        self._is_ending = True
        session = await self.change(
            self.session_uuid,
            services.end_stream,
            session_uuid=self.session_uuid,
            sent=running.flow.sent,
            unsent_reason=reason if running.flow.unsent else None,
            frames_connection=running.connection,
        )
        self._is_settled = True
        await ring_session(self.session_uuid)
        return session

    async def refused(self, error: Error) -> None:
        """A stream that is refused in its middle ends with what was sent, or is interrupted."""
        running = self._running
        if running is None or self._is_settled:
            return
        self.context.watcher.leave(self)
        self.end_tasks()
        if error.close_code == SessionTaken.close_code:
            self._is_settled = True
        elif interruption_reason(error.close_code) is None:
            with contextlib.suppress(ConnectionReplaced):
                running.flow.abandon(error.code)
                await self._store_end(running, error.code)
        else:
            await self._interrupt(running, error.code)

    async def left(self, code: int) -> None:
        """Note that a stream waits for a new reader."""
        self.end_tasks()
        if self.context.ending.is_set():
            # What a server that ends leaves is noted at once, from its lists.
            return
        self.forget()
        if self._running is not None and not self._is_settled:
            await self._interrupt(self._running, interruption_reason(code) or FRAMES_CLOSED)

    def forget(self) -> None:
        """Take the stream off this process's lists."""
        self.context.watcher.leave(self)
        running = self._running
        if running is not None and self.context.flows.get(self.session_uuid) is running:
            del self.context.flows[self.session_uuid]

    async def _interrupt(self, running: RunningFlow, reason: str) -> None:
        session = await self.change(
            self.session_uuid, interrupt_frames, self.session_uuid, running, reason
        )
        self._is_settled = True
        if session.interrupted_at is not None:
            logger.info("session %s: frames interrupted, %s", self.session_uuid, reason)
        await ring_session(self.session_uuid)


def _end_wait(waits: asyncio.Future[None]) -> None:
    if not waits.done():
        waits.set_result(None)


async def _fail(error: Exception) -> None:
    raise error


def _reason_of_end(session: Session) -> str:
    unsent = session.ledger.losses.get("unsent", ())
    return unsent[0].reason if unsent else "complete"
