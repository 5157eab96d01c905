"""The frames socket (port 6000): one session's frames, as the schedule and the credit allow."""

import asyncio
import contextlib
import hmac
import logging
import time
from typing import Any
from uuid import UUID

from results import selectors, services
from results.doorbell import control_group, ring_session
from results.errors import ResultsError
from results.lifecycle import FINAL_STATES, SessionState
from results.models import Session
from streaming.bookkeeping import dataset_of, hash_secret
from streaming.consumers.base import PeerConsumer, in_database
from streaming.context import StreamContext
from streaming.datasets.pickles import DatasetReader
from streaming.errors import MalformedMessage, OutOfOrder, WrongSecret
from streaming.frames import encode_frames
from streaming.messages import (
    FRAMES_CLIENT_TYPES,
    FRAMES_SUBPROTOCOL,
    Attach,
    Attached,
    Credit,
    Ended,
    Error,
)
from streaming.pacing import Done, FrameFlow, Send, Wait

logger = logging.getLogger(__name__)

# How often the database is looked at when no doorbell rings; a ring that was lost costs this much.
LOOK_EVERY_S = 1.0
# After `ended` the client closes, so that credit it grants meanwhile meets an open socket.
CLOSE_AFTER_END_S = 5.0


class FramesConsumer(PeerConsumer):
    """The server's end of a frames socket."""

    subprotocol = FRAMES_SUBPROTOCOL
    types = FRAMES_CLIENT_TYPES

    def __init__(self, context: StreamContext) -> None:
        super().__init__(context)
        self._flow: FrameFlow | None = None
        self._wake = asyncio.Event()
        self._rung = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._ended = False

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
            case Credit() if self._flow is not None:
                if not self._ended:
                    self._flow.grant(message.until)
                    self._wake.set()
            case _:
                raise OutOfOrder("attach comes first on a frames socket")

    async def on_binary(self, message: bytes) -> None:
        """A client has no binary to send here."""
        raise MalformedMessage(
            f"a frames socket takes JSON from a client, got {len(message)} bytes of binary"
        )

    async def _attach(self, message: Attach) -> None:
        if self._flow is not None:
            raise OutOfOrder("this socket is attached already")
        session = await in_database(selectors.get_session, self.session_uuid)
        given = hash_secret(message.secret)
        if not hmac.compare_digest(given, session.secret_hash):
            raise WrongSecret("the secret is not the one that `opened` gave")
        dataset = await asyncio.to_thread(dataset_of, session, self.context)
        session = await in_database(services.attach_frames, session_uuid=session.uuid)
        header = dataset.header
        flow = FrameFlow(
            announced=session.announced,
            fps=session.fps,
            frame_bytes=header.height * header.width * header.channels,
        )
        self._flow = self.context.flows[session.uuid] = flow
        await self.listen(control_group(session.uuid))
        await self.say(Attached(session=session.uuid))
        self._tasks = [
            asyncio.create_task(self._guard(self._watch(flow))),
            asyncio.create_task(self._guard(self._stream(flow, dataset, session.offset))),
        ]

    async def _guard(self, work: Any) -> None:
        """Await a task's work; what it raises is refused as if a message had raised it."""
        try:
            await work
        except Exception as error:  # pylint: disable=broad-exception-caught  # refused by kind
            await self.refuse(error)

    async def doorbell_rang(self, _event: dict[str, Any]) -> None:
        """Something about the session changed; the watcher looks what."""
        self._rung.set()

    async def _watch(self, flow: FrameFlow) -> None:
        """Carry the session's state from the database to the flow, and its count back."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._rung.wait(), LOOK_EVERY_S)
            self._rung.clear()
            session = await in_database(self._look, flow.sent)
            if session.state == SessionState.RUNNING:
                flow.start(asyncio.get_running_loop().time())
            if session.stop_requested_at is not None or session.state in FINAL_STATES:
                flow.stop(session.stop_reason or session.state)
            self._wake.set()

    def _look(self, sent: int) -> Session:
        session = selectors.get_session(self.session_uuid)
        if session.state == SessionState.RUNNING and sent > session.sent:
            services.record_sent(session_uuid=session.uuid, sent=sent)
        return session

    async def _stream(self, flow: FrameFlow, dataset: DatasetReader, offset: int) -> None:
        loop = asyncio.get_running_loop()
        while True:
            match flow.step(loop.time()):
                case Send(first=first, count=count):
                    message = encode_frames(
                        dataset.read(offset + first, count),
                        first_sequence=first,
                        sent_at_ns=time.time_ns(),
                    )
                    await self.send(bytes_data=message)
                    # Sending does not wait for the network, so others must be let in by hand.
                    await asyncio.sleep(0)
                case Wait(seconds=seconds):
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._wake.wait(), seconds)
                    self._wake.clear()
                case Done(reason=reason):
                    await self._end(flow, reason)
                    return

    async def _end(self, flow: FrameFlow, reason: str) -> None:
        """Store the exact count, tell the client, and let it close."""
        self._tasks[0].cancel()
        await self._store_end(flow, reason)
        await self.say(
            Ended(session=self.session_uuid, sent=flow.sent, unsent=flow.unsent, reason=reason)
        )
        logger.info(
            "session %s: stream ended, %s, sent %d, unsent %d",
            self.session_uuid,
            reason,
            flow.sent,
            flow.unsent,
        )
        await asyncio.sleep(CLOSE_AFTER_END_S)
        await self.finish()

    async def _store_end(self, flow: FrameFlow, reason: str) -> None:
        if self._ended:
            return
        self._ended = True
        await in_database(self._store_end_now, flow.sent, reason if flow.unsent else None)
        await ring_session(self.session_uuid)

    def _store_end_now(self, sent: int, unsent_reason: str | None) -> None:
        uuid = self.session_uuid
        try:
            services.end_stream(session_uuid=uuid, sent=sent, unsent_reason=unsent_reason)
        except ResultsError as error:
            # The session may have ended otherwise in the same moment, with the client's counts;
            # then it stays as it is. One that has not started can start no more.
            logger.info("session %s: %s", uuid, error)
            services.fail_session(session_uuid=uuid, error=f"no frame was sent: {unsent_reason}")

    async def refused(self, error: Error) -> None:
        """A stream that is refused in its middle ends with what was sent."""
        if self._flow is not None:
            self._flow.stop(error.code)
            await self._store_end(self._flow, error.code)

    async def disconnect(self, code: int) -> None:
        """End a stream whose reader went away."""
        for task in self._tasks:
            task.cancel()
        await super().disconnect(code)
        if self._flow is not None:
            await self._store_end(self._flow, "frames-disconnected")
            self.context.flows.pop(self.session_uuid, None)
