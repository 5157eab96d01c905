"""The session socket (port 7000): opening, readiness, stop, counts, predictions, the report."""

import asyncio
import logging
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async

from results import selectors, services
from results.batches import PredictionBatch
from results.doorbell import (
    REQUESTS_GROUP,
    RING_TYPE,
    control_group,
    ring,
    ring_session,
    session_group,
)
from results.errors import IllegalTransition, UnsentSequence
from results.lifecycle import FINAL_STATES, SessionState
from streaming import bookkeeping
from streaming.bookkeeping import HeldSession
from streaming.consumers.base import PeerConsumer, in_database
from streaming.context import StreamContext
from streaming.errors import OutOfOrder
from streaming.messages import (
    SESSION_CLIENT_TYPES,
    SESSION_SUBPROTOCOL,
    Ack,
    DatasetInfo,
    Done,
    Ended,
    Error,
    Follow,
    Following,
    Open,
    Opened,
    Progress,
    Ready,
    Stop,
    Submit,
)
from streaming.pacing import window_frames
from streaming.predictions import decode_predictions

logger = logging.getLogger(__name__)

# How often the database is looked at when no doorbell rings; a ring that was lost costs this much.
LOOK_EVERY_S = 2.0
# Where another process streams the frames, its count of them trails by up to a second.
SENT_COUNT_TRAILS_S = 2.5


class SessionConsumer(PeerConsumer):
    """The server's end of a session socket.

    At most one session at a time belongs to a socket; a follower gets one after the other.
    """

    subprotocol = SESSION_SUBPROTOCOL
    types = SESSION_CLIENT_TYPES

    def __init__(self, context: StreamContext) -> None:
        super().__init__(context)
        self._held: HeldSession | None = None
        self._worker: UUID | None = None
        self._told_end = False
        self._looker: asyncio.Task[None] | None = None
        self._failure = "the client went away before its report"

    @property
    def name(self) -> str:
        """The session, if there is one, and its client, for log lines."""
        return f"session {self._held.uuid if self._held else '-'} of {super().name}"

    # --- messages ---

    async def on_message(self, message: Any) -> None:
        """Answer one JSON message."""
        match message:
            case Ready() | Progress() | Stop() if self._held is None and self._worker:
                # It crossed the end of its session on the way, or keeps a worker alive.
                logger.debug("%s: %s, none runs", self.name, type(message).__name__.lower())
            case Open():
                await self._open(message)
            case Follow():
                await self._follow(message)
            case Ready():
                await self._ready(self._current(message))
            case Progress():
                await self._progress(self._current(message), message)
            case Stop():
                await self._stop(self._current(message), message)
            case Submit():
                await self._submit(self._current(message), message.report)
            case Done():
                await self._submit(self._current(message), None)

    async def on_binary(self, message: bytes) -> None:
        """Store a batch of predictions, then acknowledge it."""
        number, batch = decode_predictions(message)
        held = self._current(None)
        stored = await self._store(held, batch)
        await self.say(
            Ack(batch=number, stored=stored.stored, repeated=stored.repeated, total=stored.total)
        )
        await ring(session_group(held.uuid))

    def _current(self, message: Any) -> HeldSession:
        if self._held is None:
            what = "predictions" if message is None else type(message).__name__.lower()
            raise OutOfOrder(f"{what} came before a session was opened on this socket")
        return self._held

    def _check_free(self) -> None:
        if self._held is not None or self._worker is not None:
            raise OutOfOrder("this socket has a session or follows already")

    async def _open(self, message: Open) -> None:
        self._check_free()
        await self._take(await in_database(bookkeeping.open_session, self.context, message))

    async def _follow(self, message: Follow) -> None:
        self._check_free()
        self._worker = await in_database(bookkeeping.connect_worker, message)
        await self.listen(REQUESTS_GROUP)
        await self.say(Following(worker=self._worker))
        logger.info("worker %s follows: %s", self._worker, bookkeeping.client_name(message.client))
        self._start_looking()
        await self._claim(self._worker)

    async def _claim(self, worker_uuid: UUID) -> None:
        # In a thread of its own: reading through a dataset that is new here may take seconds.
        claim = database_sync_to_async(bookkeeping.claim_session, thread_sensitive=False)
        held = await claim(self.context, worker_uuid)
        if held is not None:
            await self._take(held)

    async def _take(self, held: HeldSession) -> None:
        """Make a session this socket's, and tell the client all it needs."""
        self._held, self._told_end = held, False
        await self.listen(control_group(held.uuid))
        self._start_looking()
        session, header = held.session, held.dataset.header
        await self.say(
            Opened(
                session=session.uuid,
                secret=held.secret.text,
                frames_port=self.context.frames_port,
                frames_path=f"/frames/{session.uuid}",
                classifier=session.classifier.name,
                announced=session.announced,
                fps=session.fps,
                offset=session.offset,
                window=window_frames(header.frame_bytes),
                dataset=DatasetInfo(
                    name=header.name,
                    sha256=held.dataset.sha256,
                    height=header.height,
                    width=header.width,
                    channels=header.channels,
                ),
            )
        )
        logger.info(
            "session %s: opened, %d frames at %g fps from %d, classifier %s",
            session.uuid,
            session.announced,
            session.fps,
            session.offset,
            session.classifier.name,
        )
        await ring(session_group(session.uuid))

    async def _let_go(self, held: HeldSession) -> None:
        """The session is over: close, or as a worker take the next."""
        self._held = None
        await self.unlisten(control_group(held.uuid))
        await ring_session(held.uuid)
        if self._worker is None:
            await self.finish()
        else:
            await self._claim(self._worker)

    async def _ready(self, held: HeldSession) -> None:
        try:
            await in_database(services.start_session, session_uuid=held.uuid)
        except IllegalTransition:
            # Somebody may have stopped it in this moment, which is not the client's mistake.
            await self._tell_end(held)
            if self._held is held:
                raise
            return
        await self.say(Ready())
        await ring_session(held.uuid)

    async def _progress(self, held: HeldSession, message: Progress) -> None:
        await in_database(
            services.record_progress,
            session_uuid=held.uuid,
            received=message.received,
            analysed=message.analysed,
        )
        await ring(session_group(held.uuid))

    async def _stop(self, held: HeldSession, message: Stop) -> None:
        await in_database(
            services.request_stop, session_uuid=held.uuid, reason=message.reason or "client"
        )
        await ring_session(held.uuid)
        await self._tell_end(held)

    async def _store(self, held: HeldSession, batch: PredictionBatch) -> services.StoredBatch:
        """Store a batch; wait a little for another process's count of what it sent."""
        deadline = asyncio.get_running_loop().time() + SENT_COUNT_TRAILS_S
        while True:
            try:
                return await in_database(bookkeeping.store_predictions, self.context, held, batch)
            except UnsentSequence:
                local = held.uuid in self.context.flows
                if local or asyncio.get_running_loop().time() > deadline:
                    raise
            await asyncio.sleep(0.1)

    async def _submit(self, held: HeldSession, document: dict[str, Any] | None) -> None:
        """End the session with its report, or without one."""
        accepted = await in_database(bookkeeping.submit_report, held, document)
        await self.say(accepted)
        logger.info(
            "session %s: %s, report %s",
            held.uuid,
            accepted.state,
            "verified" if accepted.verified else f"not verified: {accepted.discrepancies}",
        )
        await self._let_go(held)

    # --- changes that others make ---

    def _start_looking(self) -> None:
        if self._looker is None:
            self._looker = asyncio.create_task(self._ring_myself())

    async def _ring_myself(self) -> None:
        """Ring this consumer's own bell now and then: a ring of the channel layer can be lost."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            await self.channel_layer.send(self.channel_name, {"type": RING_TYPE})

    async def doorbell_rang(self, _event: dict[str, Any]) -> None:
        """Look what changed: the stream may have ended, or a session may be asked for."""
        if self._closing:
            return
        try:
            if self._worker is not None:
                await in_database(services.worker_seen, worker_uuid=self._worker)
                if self._held is None:
                    await self._claim(self._worker)
            if self._held is not None:
                await self._tell_end(self._held)
        except Exception as error:  # pylint: disable=broad-exception-caught  # refused by kind
            await self.refuse(error)

    async def _tell_end(self, held: HeldSession) -> None:
        """Tell the client once that its stream has ended, and with what counts."""
        session = await in_database(selectors.get_session, held.uuid)
        over = session.state == SessionState.FINISHING or session.state in FINAL_STATES
        if not over or self._told_end:
            return
        self._told_end = True
        unsent = session.ledger.losses.get("unsent", ())
        await self.say(
            Ended(
                session=session.uuid,
                sent=session.sent,
                unsent=session.announced - session.sent,
                reason=unsent[0].reason if unsent else "complete",
            )
        )
        if session.state in FINAL_STATES:
            # Stopped or failed before a frame was sent: there is nothing to report.
            await self._let_go(held)

    async def refused(self, error: Error) -> None:
        """Keep what a session fails of."""
        self._failure = f"{error.code}: {error.detail}"

    async def disconnect(self, code: int) -> None:
        """Fail a session whose client went away, and take its worker off the list."""
        if self._looker is not None:
            self._looker.cancel()
        await super().disconnect(code)
        if self._held is not None:
            session = await in_database(
                bookkeeping.fail_session, self.context, self._held.uuid, self._failure
            )
            logger.warning("session %s: %s, %s", session.uuid, session.state, self._failure)
            await ring_session(session.uuid)
        if self._worker is not None:
            await in_database(services.worker_disconnected, worker_uuid=self._worker)
            logger.info("worker %s left", self._worker)
