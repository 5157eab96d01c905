"""The session socket (port 7000): opening, readiness, stop, counts, predictions, the report."""

import asyncio
import hashlib
import logging
import secrets
from typing import Any
from uuid import UUID

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
from results.errors import UnsentSequence
from results.lifecycle import FINAL_STATES, SessionState
from results.models import Classifier, Dataset, Session
from streaming.consumers.base import PeerConsumer, in_database
from streaming.consumers.frames import dataset_of
from streaming.context import StreamContext
from streaming.datasets.pickles import DatasetReader
from streaming.errors import DatasetError, InvalidField, OutOfOrder
from streaming.messages import (
    SESSION_CLIENT_TYPES,
    SESSION_SUBPROTOCOL,
    Accepted,
    Ack,
    ClassifierInfo,
    ClientInfo,
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


def _new_secret() -> tuple[str, str]:
    """A session's secret and the hash of it that is stored."""
    secret = secrets.token_urlsafe(32)
    return secret, hashlib.sha256(secret.encode()).hexdigest()


def _client_name(client: ClientInfo) -> str:
    return f"{client.name} {client.version}".strip()


class SessionConsumer(PeerConsumer):
    """The server's end of a session socket.

    At most one session at a time belongs to a socket; a follower gets one after the other.
    """

    subprotocol = SESSION_SUBPROTOCOL
    types = SESSION_CLIENT_TYPES

    def __init__(self, context: StreamContext) -> None:
        super().__init__(context)
        self._session: Session | None = None
        self._dataset: DatasetReader | None = None
        self._worker: UUID | None = None
        self._told_end = False
        self._looker: asyncio.Task[None] | None = None
        self._failure = "the client went away before its report"

    @property
    def name(self) -> str:
        """The session, if there is one, and its client, for log lines."""
        return f"session {self._session.uuid if self._session else '-'} of {super().name}"

    # --- messages ---

    async def on_message(self, message: Any) -> None:
        """Answer one JSON message."""
        match message:
            case Ready() | Progress() | Stop() if self._session is None and self._worker:
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
        session = self._current(None)
        stored = await self._store(session, batch)
        await self.say(
            Ack(batch=number, stored=stored.stored, repeated=stored.repeated, total=stored.total)
        )
        await ring(session_group(session.uuid))

    def _current(self, message: Any) -> Session:
        if self._session is None:
            what = "predictions" if message is None else type(message).__name__.lower()
            raise OutOfOrder(f"{what} came before a session was opened on this socket")
        return self._session

    async def _open(self, message: Open) -> None:
        if self._session is not None or self._worker is not None:
            raise OutOfOrder("this socket has a session or follows already")
        dataset = self.context.dataset
        available = dataset.header.count - message.offset
        if available < 1:
            raise InvalidField(
                f"offset must be below the dataset's {dataset.header.count} frames, "
                f"got {message.offset}"
            )
        announced = available if message.count is None else message.count
        if announced > available:
            raise InvalidField(
                f"the dataset has {available} frames from offset {message.offset}, "
                f"asked for {announced}"
            )
        fps = self.context.fps if message.fps is None else message.fps
        secret, secret_hash = _new_secret()

        def open_session() -> Session:
            return services.open_session(
                dataset=Dataset.objects.get(sha256=dataset.sha256),
                classifier=_register(message.classifier),
                client=_client_name(message.client),
                announced=announced,
                fps=fps,
                offset=message.offset,
                secret_hash=secret_hash,
            )

        await self._take(await in_database(open_session), dataset, secret)

    async def _follow(self, message: Follow) -> None:
        if self._session is not None or self._worker is not None:
            raise OutOfOrder("this socket has a session or follows already")

        def connect() -> UUID:
            return services.worker_connected(
                client=_client_name(message.client),
                classifiers=[_register(info) for info in message.classifiers],
            ).uuid

        self._worker = await in_database(connect)
        await self.listen(REQUESTS_GROUP)
        await self.say(Following(worker=self._worker))
        logger.info("worker %s follows: %s", self._worker, _client_name(message.client))
        self._start_looking()
        await self._claim()

    async def _claim(self) -> None:
        """Take the oldest session that was asked for and that this worker can run."""
        if self._worker is None:
            return
        while self._session is None:
            secret, secret_hash = _new_secret()
            session = await in_database(
                services.claim_requested_session, worker_uuid=self._worker, secret_hash=secret_hash
            )
            if session is None:
                return
            try:
                dataset = await asyncio.to_thread(dataset_of, session, self.context)
            except DatasetError as error:
                # That session's own misfortune: the worker goes on to the next.
                await self._fail(session.uuid, str(error))
            else:
                await self._take(session, dataset, secret)

    async def _take(self, session: Session, dataset: DatasetReader, secret: str) -> None:
        """Make a session this socket's, and tell the client all it needs."""
        self._session, self._dataset, self._told_end = session, dataset, False
        await self.listen(control_group(session.uuid))
        self._start_looking()
        header = dataset.header
        await self.say(
            Opened(
                session=session.uuid,
                secret=secret,
                frames_port=self.context.frames_port,
                frames_path=f"/frames/{session.uuid}",
                classifier=session.classifier.name,
                announced=session.announced,
                fps=session.fps,
                offset=session.offset,
                window=window_frames(header.height * header.width * header.channels),
                dataset=DatasetInfo(
                    name=header.name,
                    sha256=dataset.sha256,
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

    async def _ready(self, session: Session) -> None:
        await in_database(services.start_session, session_uuid=session.uuid)
        await self.say(Ready())
        await ring_session(session.uuid)

    async def _progress(self, session: Session, message: Progress) -> None:
        await in_database(
            services.record_progress,
            session_uuid=session.uuid,
            received=message.received,
            analysed=message.analysed,
        )
        await ring(session_group(session.uuid))

    async def _stop(self, session: Session, message: Stop) -> None:
        await in_database(
            services.request_stop, session_uuid=session.uuid, reason=message.reason or "client"
        )
        await ring_session(session.uuid)
        await self._tell_end()

    async def _store(self, session: Session, batch: PredictionBatch) -> services.StoredBatch:
        """Store a batch; wait a little for another process's count of what it sent."""
        deadline = asyncio.get_running_loop().time() + SENT_COUNT_TRAILS_S
        while True:
            try:
                return await in_database(self._store_now, session.uuid, batch)
            except UnsentSequence:
                local = session.uuid in self.context.flows
                if local or asyncio.get_running_loop().time() > deadline:
                    raise
            await asyncio.sleep(0.1)

    def _store_now(self, uuid: UUID, batch: PredictionBatch) -> services.StoredBatch:
        flow = self.context.flows.get(uuid)
        if flow is not None:
            services.record_sent(session_uuid=uuid, sent=flow.sent)
        return services.store_predictions(
            session_uuid=uuid, batch=batch, labels=self._labels(batch)
        )

    def _labels(self, batch: PredictionBatch) -> Any:
        """The labels of a batch's frames; None where the dataset has none or they lie beyond it."""
        assert self._session is not None and self._dataset is not None
        first, last = int(batch.sequences.min()), int(batch.sequences.max())
        if last >= self._session.announced:
            return None
        labels = self._dataset.labels(self._session.offset + first, last - first + 1)
        return None if labels is None else labels[batch.sequences - batch.sequences.min()]

    async def _submit(self, session: Session, document: dict[str, Any] | None) -> None:
        """End the session with its report, or without one."""

        def submit() -> Accepted:
            if document is None:
                services.finish_without_report(session_uuid=session.uuid)
                verified, discrepancies = False, ["the client gave no report"]
            else:
                report = services.submit_report(session_uuid=session.uuid, document=document)
                verified, discrepancies = report.verified, list(report.discrepancies)
            fresh = selectors.get_session(session.uuid)
            return Accepted(
                session=session.uuid,
                state=fresh.state,
                verified=verified,
                discrepancies=discrepancies,
                ledger=dict(fresh.ledger.as_dict()),
                page=fresh.get_absolute_url(),
            )

        accepted = await in_database(submit)
        self._session = self._dataset = None
        await self.say(accepted)
        logger.info(
            "session %s: %s, report %s",
            session.uuid,
            accepted.state,
            "verified" if accepted.verified else f"not verified: {accepted.discrepancies}",
        )
        await ring_session(session.uuid)
        if self._worker is None:
            await self.finish()
        else:
            await self._claim()

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
            if self._session is not None:
                await self._tell_end()
            else:
                await self._claim()
        except Exception as error:  # pylint: disable=broad-exception-caught  # refused by kind
            await self.refuse(error)

    async def _tell_end(self) -> None:
        """Tell the client once that its stream has ended, and with what counts."""
        assert self._session is not None
        session = await in_database(selectors.get_session, self._session.uuid)
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
            self._session = self._dataset = None
            if self._worker is None:
                await self.finish()

    async def refused(self, error: Error) -> None:
        """Keep what a session fails of."""
        self._failure = f"{error.code}: {error.detail}"

    async def disconnect(self, code: int) -> None:
        """Fail a session whose client went away, and take its worker off the list."""
        if self._looker is not None:
            self._looker.cancel()
        await super().disconnect(code)
        if self._session is not None:
            await self._fail(self._session.uuid, self._failure)
        if self._worker is not None:
            await in_database(services.worker_disconnected, worker_uuid=self._worker)
            logger.info("worker %s left", self._worker)

    async def _fail(self, uuid: UUID, failure: str) -> None:
        flow = self.context.flows.get(uuid)

        def fail() -> Session:
            if flow is not None:
                flow.stop("client-disconnected")
                services.record_sent(session_uuid=uuid, sent=flow.sent)
            return services.fail_session(session_uuid=uuid, error=failure)

        session = await in_database(fail)
        logger.warning("session %s: %s, %s", uuid, session.state, failure)
        await ring_session(uuid)


def _register(info: ClassifierInfo) -> Classifier:
    if len(set(info.class_names)) != len(info.class_names):
        raise InvalidField("class_names must differ from each other")
    return services.register_classifier(
        name=info.name,
        sha256=info.sha256,
        class_names=list(info.class_names),
        parameter_count=info.parameter_count,
        card=dict(info.card),
    )
