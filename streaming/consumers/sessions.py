"""The session socket (port 7000): opening, readiness, stop, counts, predictions, the report."""

import asyncio
import contextlib
import logging
from functools import partial
from typing import Any
from uuid import UUID

from access.policy import check_start, rules
from results import selectors, services
from results.doorbell import REQUESTS_GROUP, Listener, ring, ring_session, session_group
from results.errors import IllegalTransition
from results.lifecycle import SessionState
from results.models import Session
from results.services.counts import SessionCounts
from streaming import bookkeeping
from streaming.bookkeeping import HeldSession, NewSession
from streaming.consumers.base import PeerConsumer
from streaming.consumers.refusals import loggable
from streaming.consumers.uptake import Batch, Uptake
from streaming.context import StreamContext
from streaming.database import in_database, in_own_thread
from streaming.errors import OutOfOrder, SessionTaken, StorageUnavailable
from streaming.group_commit import Verdict
from streaming.interruptions import interruption_reason
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
    Recall,
    Recalled,
    Resume,
    Resumed,
    Stop,
    Submit,
)
from streaming.pacing import window_frames
from streaming.predictions import decode_predictions, encode_predictions
from streaming.watching import LOOK_EVERY_S
from telemetry.metrics import batch_committed, committing, session_settled

logger = logging.getLogger(__name__)

# How often a worker says that it lives, and asks for work when no doorbell rings.
WORKER_LOOKS_EVERY_S = 2.0
_UNDER_WAY = (SessionState.OPENED, SessionState.RUNNING)


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
        self._was_over = False
        self._rung = asyncio.Event()
        self._listener: Listener | None = None
        self._uptake: Uptake | None = None
        self._progressed: Progress | None = None
        self._is_learning = False
        self._failure = self._logged_failure = "the client went away before its report"

    @property
    def name(self) -> str:
        """The session, if there is one, and its client, for log lines."""
        return f"session {self._held.uuid if self._held else '-'} of {super().name}"

    # --- messages ---

    async def on_message(self, message: Any) -> None:
        """Answer one JSON message."""
        if not isinstance(message, Progress):
            await self.settle()
            if self._closing:
                return
        match message:
            case Ready() | Progress() | Stop() if self._held is None and self._worker:
                # It crossed the end of its session on the way, or keeps a worker alive.
                logger.debug("%s: %s, none runs", self.name, type(message).__name__.lower())
            case Open():
                await self._open(message)
            case Resume():
                await self._resume(message)
            case Follow():
                await self._follow(message)
            case _:
                await self._answer(self._current(message), message)

    async def _answer(self, held: HeldSession, message: Any) -> None:
        match message:
            case Ready():
                await self._ready(held)
            case Progress():
                # Written down with the next look, as is that the client was heard of.
                self._progressed = message
            case Stop():
                await self._stop(held, message)
            case Submit():
                await self._submit(held, message.report)
            case Done():
                await self._submit(held, None)
            case Recall():
                await self._recall(held, message.first)

    async def on_binary(self, message: bytes) -> None:
        """Have a batch of predictions stored; the next is taken meanwhile."""
        number, batch = decode_predictions(message)
        held = self._current(None)
        if self._uptake is None:
            self._uptake = Uptake(self._hand_in, self._acknowledge)
            self.start(self._uptake.run())
        await self._uptake.take(Batch(number, held, batch))

    def _hand_in(self, batch: Batch) -> asyncio.Future[Verdict]:
        prepare = partial(bookkeeping.delivery_of, self.context, batch.held, batch.content)
        weight, sender = len(batch.content), batch.held.uuid
        return committing(self.context.storing.hand_in(prepare, weight=weight, sender=sender))

    async def _acknowledge(self, batch: Batch, stored: services.StoredBatch) -> None:
        batch_committed(stored.stored, stored.repeated, batch.content.latencies_ms)
        if not self._closing:
            await self.say(
                Ack(
                    batch=batch.number,
                    stored=stored.stored,
                    repeated=stored.repeated,
                    total=stored.total,
                )
            )
        self.context.bell.ring(session_group(batch.held.uuid))

    async def settle(self) -> None:
        """Wait until every batch that came before is stored and answered."""
        if self._uptake is not None:
            await self._uptake.settle()

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
        check_start(self.visitor)
        visitor = self.visitor
        # Reading through a dataset that is new here may take seconds.
        is_served = message.repeats is None and message.dataset is None
        prepared = await (in_database if is_served else in_own_thread)(
            bookkeeping.prepare_session,
            self.context,
            message,
            may_repeat=partial(rules().may_repeat, visitor),
        )
        key = f"token {visitor.owner.token_id}"
        await self._take(
            await self.change(key, bookkeeping.create_session, prepared, visitor.owner)
        )

    async def _resume(self, message: Resume) -> None:
        self._check_free()
        held = await in_own_thread(bookkeeping.resume_session, self.context, message)
        session = held.session
        await self._hold(held)
        self._was_over = session.is_final
        await self.say(
            Resumed(
                session=session.uuid,
                state=session.state,
                sent=session.sent,
                stored=session.stored,
            )
        )
        logger.info(
            "session %s: resumed by %s, %s, sent %d, stored %d",
            session.uuid,
            bookkeeping.client_name(message.client),
            session.state,
            session.sent,
            session.stored,
        )
        # A socket that had it before, wherever it is, hears that it no longer has.
        await ring_session(session.uuid)
        await self._tell_end(held, session)

    async def _recall(self, held: HeldSession, first: int) -> None:
        batch = await in_database(bookkeeping.recall_predictions, held, first)
        if len(batch) == 0:
            await self.say(Recalled(session=held.uuid))
        else:
            await self.send(bytes_data=encode_predictions(batch, number=0))

    async def _follow(self, message: Follow) -> None:
        self._check_free()
        check_start(self.visitor)
        self._worker = await in_database(bookkeeping.connect_worker, message)
        self._listener = Listener(self._rung.set)
        await self._listener.listen(REQUESTS_GROUP)
        await self.say(Following(worker=self._worker))
        logger.info("worker %s follows: %s", self._worker, bookkeeping.client_name(message.client))
        self.start(self._keep_asking(self._worker))
        await self._claim(self._worker)

    async def _claim(self, worker_uuid: UUID) -> None:
        # In a thread of its own: reading through a dataset that is new here may take seconds.
        new = await in_own_thread(bookkeeping.claim_session, self.context, worker_uuid)
        if new is not None:
            await self._take(new)

    async def _hold(self, held: HeldSession) -> None:
        """Make a session this socket's."""
        self._held, self._told_end = held, False
        self.context.connections[held.uuid] = held.connection
        self.context.watcher.follow(self)

    async def _take(self, new: NewSession) -> None:
        """Tell the client all it needs of a session that is new to it."""
        await self._hold(new.held)
        session, header = new.held.session, new.dataset.header
        await self.say(
            Opened(
                session=session.uuid,
                secret=new.secret.text,
                frames_port=self.context.frames_port,
                frames_path=f"/frames/{session.uuid}",
                classifier=session.classifier.name,
                announced=session.announced,
                fps=session.fps,
                offset=session.offset,
                window=window_frames(header.frame_bytes),
                dataset=DatasetInfo(
                    name=header.name,
                    sha256=new.dataset.sha256,
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
        self._forget(held)
        self._held = None
        await ring_session(held.uuid)
        if self._worker is None:
            await self.finish()
        else:
            await self._claim(self._worker)

    async def _ready(self, held: HeldSession) -> None:
        try:
            await self.change(
                held.uuid,
                services.start_session,
                session_uuid=held.uuid,
                connection=held.connection,
            )
        except IllegalTransition:
            # Somebody may have stopped it in this moment, which is not the client's mistake.
            await self._tell_end(held, await in_database(selectors.get_session, held.uuid))
            if self._held is held:
                raise
            return
        await self.say(Ready())
        await ring_session(held.uuid)

    async def _stop(self, held: HeldSession, message: Stop) -> None:
        note = self.note()
        if note is not None:
            await in_database(services.look_at_sessions, {held.uuid}, [note])
        session = await self.change(
            held.uuid,
            services.request_stop,
            session_uuid=held.uuid,
            reason=message.reason or "client",
            connection=held.connection,
        )
        await ring_session(held.uuid)
        await self._tell_end(held, session)

    async def _submit(self, held: HeldSession, document: dict[str, Any] | None) -> None:
        """End the session with its report, or without one."""
        accepted = await in_database(bookkeeping.submit_report, held, document)
        session_settled(accepted.ledger)
        await self.say(accepted)
        logger.info(
            "session %s: %s, report %s",
            held.uuid,
            accepted.state,
            "verified" if accepted.verified else f"not verified: {accepted.discrepancies}",
        )
        await self._let_go(held)

    # --- changes that others make ---

    @property
    def followed(self) -> UUID:
        """The session of this socket."""
        return self._current(None).uuid

    @property
    def look_every_s(self) -> float:
        """As often as any."""
        return LOOK_EVERY_S

    def note(self) -> services.SessionNote | None:
        """That the client was heard of, and its latest counts."""
        held = self._held
        if held is None or not self.heard_of_peer:
            return None
        progress, self._progressed, self.heard_of_peer = self._progressed, None, False
        if progress is not None:
            self.context.bell.ring(session_group(held.uuid))
        return services.SessionNote(
            held.uuid,
            held.connection,
            received=0 if progress is None else progress.received,
            analysed=0 if progress is None else progress.analysed,
            is_client_seen=True,
        )

    def looked(self, session: SessionCounts | None) -> None:
        """The stream may have ended, or the session moved."""
        held = self._held
        if held is None or self._closing:
            return
        is_streamed = session is not None and session.state in _UNDER_WAY
        if session is None or session.connection != held.connection:
            self.start(self._learn(held))
        elif not (is_streamed or self._told_end or self._is_learning):
            self._is_learning = True
            self.start(self._learn(held))

    async def _learn(self, held: HeldSession) -> None:
        """Read what has become of the session, and tell."""
        try:
            async with self._turn:
                if self._held is held and not self._closing:
                    session = await in_database(selectors.get_session, held.uuid)
                    services.check_connection(session, connection=held.connection)
                    await self._tell_end(held, session)
        except StorageUnavailable as error:
            logger.warning("%s: not looked at, %s", self.name, error)
        finally:
            self._is_learning = False

    async def _keep_asking(self, worker_uuid: UUID) -> None:
        """Ask for work on each ring, and now and then, as a ring can be lost."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._rung.wait(), WORKER_LOOKS_EVERY_S)
            self._rung.clear()
            async with self._turn:
                if self._closing:
                    return
                try:
                    await in_database(services.worker_seen, worker_uuid=worker_uuid)
                    if self._held is None:
                        await self._claim(worker_uuid)
                except StorageUnavailable as error:
                    logger.warning("%s: not looked at, %s", self.name, error)

    async def _tell_end(self, held: HeldSession, session: Session) -> None:
        """Tell the client once that its stream has ended, and with what counts."""
        over = session.state == SessionState.FINISHING or session.is_final
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
        if session.is_final and not self._was_over:
            # It ended with no report to come: stopped before a frame was sent, or failed.
            await self._let_go(held)

    async def refused(self, error: Error) -> None:
        """Fail or interrupt the session now; the peer may take its time to close."""
        self._failure = f"{error.code}: {error.detail}"
        self._logged_failure = loggable(error)
        await self._leave(error.close_code)

    async def left(self, code: int) -> None:
        """Note an interruption, or fail a session that was given up; take a worker off the list."""
        # A look under way may be about to give this socket a session.
        async with self._turn:
            await self.settle()
            self.end_tasks()
        if self._listener is not None:
            await self._listener.close()
        await self._leave(code)
        if self._worker is not None:
            await in_database(services.worker_disconnected, worker_uuid=self._worker)
            logger.info("worker %s left", self._worker)

    def forget(self) -> None:
        """Take the session off this process's list."""
        if self._held is not None:
            self._forget(self._held)

    async def _leave(self, code: int) -> None:
        held = self._held
        if held is None:
            return
        reason = interruption_reason(code)
        if self.context.ending.is_set() and reason is not None:
            # What a server that ends leaves is noted at once, from its lists.
            return
        self._forget(held)
        if self._was_over or code == SessionTaken.close_code:
            self._held = None
            return
        if reason is None:
            session = await in_database(bookkeeping.fail_session, self.context, held, self._failure)
            logger.warning("session %s: %s, %s", held.uuid, session.state, self._logged_failure)
        else:
            await self.change(
                held.uuid,
                bookkeeping.interrupt_session,
                self.context,
                held.uuid,
                held.connection,
                reason,
            )
            logger.info("session %s: interrupted, %s", held.uuid, reason)
        self._held = None
        await ring_session(held.uuid)

    def _forget(self, held: HeldSession) -> None:
        self.context.watcher.leave(self)
        if self.context.connections.get(held.uuid) == held.connection:
            del self.context.connections[held.uuid]
