"""What a session socket writes and reads, as plain functions that run off the event loop."""

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Self
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from access.roles import Owner
from results import selectors, services
from results.batches import PredictionBatch
from results.errors import ConnectionReplaced, IllegalTransition
from results.models import Classifier, Dataset, Session
from streaming.context import RunningFlow, StreamContext
from streaming.datasets.pickles import DatasetReader
from streaming.errors import DatasetError, InvalidField, WrongSecret
from streaming.group_commit import MAX_CHANGES, Change, make_changes
from streaming.messages import (
    Accepted,
    ClassifierInfo,
    ClientInfo,
    Follow,
    Open,
    Resume,
)
from streaming.predictions import MAX_PREDICTIONS
from streaming.wanted import WantedFrames, known_dataset, wanted_frames

logger = logging.getLogger(__name__)

# What one message of recalled predictions may take.
MAX_RECALLED_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Secret:
    """A session's secret, and the SHA-256 in hex of it that is stored."""

    text: str
    sha256: str

    @classmethod
    def new(cls) -> Self:
        """A secret of 256 bits."""
        text = secrets.token_urlsafe(32)
        return cls(text=text, sha256=hash_secret(text))


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A session that belongs to a socket, as it was then.

    Attributes:
        dataset: What it streams; None where it is over and nothing of that is needed.
    """

    session: Session
    dataset: DatasetReader | None

    @property
    def uuid(self) -> UUID:
        """The session's id."""
        return self.session.uuid

    @property
    def connection(self) -> int:
        """Which of the session's sockets this one is."""
        return self.session.connection


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that a client gets for the first time, with the secret that only it is told."""

    held: HeldSession
    dataset: DatasetReader
    secret: Secret


def hash_secret(text: str) -> str:
    """The SHA-256 in hex under which a secret is stored."""
    return hashlib.sha256(text.encode()).hexdigest()


def check_secret(session: Session, secret: str) -> None:
    """Let the client pass whose session this is.

    Raises:
        WrongSecret: it is not this client's.
    """
    if not hmac.compare_digest(hash_secret(secret), session.secret_hash):
        raise WrongSecret("the secret is not the one that `opened` gave")


def dataset_of(session: Session, context: StreamContext) -> DatasetReader:
    """The dataset that a session streams: this process's own, or another that it served before.

    Raises:
        DatasetError: the file is gone, damaged or another one by now.
    """
    return known_dataset(session.dataset, context)


def register_dataset(dataset: DatasetReader) -> Dataset:
    """What is served from now on, as the database knows it."""
    header = dataset.header
    return services.register_dataset(
        sha256=dataset.sha256,
        name=header.name,
        split=header.split,
        seed=header.seed,
        count=header.count,
        height=header.height,
        width=header.width,
        channels=header.channels,
        class_names=list(header.class_names),
        labelled=header.labelled,
        path=str(dataset.path.resolve()),
    )


def open_session(
    context: StreamContext,
    message: Open,
    owner: Owner = Owner(),
    *,
    may_repeat: Callable[[Owner], bool] = lambda owner: True,
) -> NewSession:
    """A new session as the client asks for it.

    Args:
        context: What is streamed where the client names nothing else.
        message: The client's.
        owner: Whose it will be.
        may_repeat: Whether the client may have what somebody's session streamed.

    Raises:
        InvalidField, SessionNotFound, DatasetError: see :func:`wanted_frames`; InvalidField also
            for class names that repeat.
        TooManySessions: the owner has all they may have.
    """
    return create_session(prepare_session(context, message, may_repeat=may_repeat), owner)


@dataclass(frozen=True, slots=True)
class PreparedSession:
    """All that a session needs to be, but for its row."""

    message: Open
    frames: WantedFrames
    dataset: Dataset
    classifier: Classifier
    fps: float


def prepare_session(
    context: StreamContext, message: Open, *, may_repeat: Callable[[Owner], bool]
) -> PreparedSession:
    """What a client asks for, found and checked; its classifier is known from now on.

    Raises:
        InvalidField, SessionNotFound, DatasetError: see :func:`open_session`.
    """
    frames = wanted_frames(context, message, may_repeat=may_repeat)
    return PreparedSession(
        message=message,
        frames=frames,
        dataset=Dataset.objects.get(sha256=frames.dataset.sha256),
        classifier=register_classifier(message.classifier),
        fps=context.fps if message.fps is None else message.fps,
    )


def create_session(prepared: PreparedSession, owner: Owner) -> NewSession:
    """The session that was prepared.

    Raises:
        TooManySessions: the owner has all they may have.
    """
    secret = Secret.new()
    session = services.open_session(
        dataset=prepared.dataset,
        classifier=prepared.classifier,
        client=client_name(prepared.message.client),
        announced=prepared.frames.announced,
        fps=prepared.fps,
        offset=prepared.frames.offset,
        secret_hash=secret.sha256,
        owner=owner,
        repeats=prepared.frames.repeats,
    )
    dataset = prepared.frames.dataset
    return NewSession(HeldSession(session, dataset), dataset, secret)


def resume_session(context: StreamContext, message: Resume) -> HeldSession:
    """A session that comes back to its client on a new socket.

    Raises:
        SessionNotFound: no session of that id.
        WrongSecret: it is not this client's.
        DatasetError: the dataset of a session that is not over cannot be read any more.
    """
    session = selectors.get_session(message.session)
    check_secret(session, message.secret)
    dataset = None if session.is_final else dataset_of(session, context)
    return HeldSession(services.resume_session(session_uuid=session.uuid), dataset)


def connect_worker(message: Follow) -> UUID:
    """A new worker with the classifiers it offers; returns its id.

    Raises:
        InvalidField: class names that repeat.
    """
    classifiers = [register_classifier(info) for info in message.classifiers]
    worker = services.worker_connected(client=client_name(message.client), classifiers=classifiers)
    return worker.uuid


def claim_session(context: StreamContext, worker_uuid: UUID) -> NewSession | None:
    """The oldest session asked for that this worker can run; None where there is none.

    One whose dataset cannot be had any more fails, and the next is taken.
    """
    while True:
        secret = Secret.new()
        session = services.claim_requested_session(
            worker_uuid=worker_uuid, secret_hash=secret.sha256
        )
        if session is None:
            return None
        try:
            dataset = dataset_of(session, context)
            return NewSession(HeldSession(session, dataset), dataset, secret)
        except DatasetError as error:
            services.fail_session(session_uuid=session.uuid, error=str(error))


def delivery_of(
    context: StreamContext, held: HeldSession, batch: PredictionBatch
) -> services.Delivery:
    """A batch to be stored, with its labels, and this process's exact count of frames sent.

    Raises:
        DatasetError: the labels cannot be read any more.
    """
    running = context.flows.get(held.uuid)
    return services.Delivery(
        session_uuid=held.uuid,
        batch=batch,
        labels=_labels(held, batch),
        connection=held.connection,
        streamed=(
            None if running is None else services.Streamed(running.connection, running.flow.sent)
        ),
    )


def recall_predictions(held: HeldSession, first: int) -> PredictionBatch:
    """Stored predictions of a session from that sequence on, as many as one message holds."""
    row_bytes = 8 + 4 + 4 * len(held.session.classifier.class_names)
    limit = max(1, min(MAX_PREDICTIONS, MAX_RECALLED_BYTES // row_bytes))
    return selectors.prediction_batch(held.session, first=first, limit=limit)


def submit_report(held: HeldSession, document: dict[str, Any] | None) -> Accepted:
    """End a session with its report, or without one; returns what the client is told.

    Raises:
        InvalidDocument, IllegalTransition, ConnectionReplaced: see
            :func:`results.services.submit_report`.
    """
    if document is None:
        services.finish_without_report(session_uuid=held.uuid, connection=held.connection)
        verified, discrepancies = False, ["the client gave no report"]
    else:
        report = services.submit_report(
            session_uuid=held.uuid, document=document, connection=held.connection
        )
        verified, discrepancies = report.verified, list(report.discrepancies)
    session = selectors.get_session(held.uuid)
    return Accepted(
        session=session.uuid,
        state=session.state,
        verified=verified,
        discrepancies=discrepancies,
        ledger=dict(session.ledger.as_dict()),
        page=session.get_absolute_url(),
    )


def fail_session(context: StreamContext, held: HeldSession, error: str) -> Session:
    """Fail a session that its client gave up, with the exact number of frames sent from here.

    One that has another connection by now stays as it is.
    """
    running = context.flows.get(held.uuid)
    if running is not None:
        _record_sent(held.uuid, running)
    session = services.fail_session(session_uuid=held.uuid, error=error, connection=held.connection)
    if running is not None and session.is_final:
        running.flow.abandon("client-disconnected")
    return session


def interrupt_session(
    context: StreamContext, session_uuid: UUID, connection: int, reason: str
) -> Session:
    """Note that a session's socket broke, with the exact number of frames sent from here."""
    running = context.flows.get(session_uuid)
    if running is not None:
        _record_sent(session_uuid, running)
    return services.interrupt_session(
        session_uuid=session_uuid, connection=connection, reason=reason
    )


def interrupt_frames(session_uuid: UUID, running: RunningFlow, reason: str) -> Session:
    """Note that a session's frames socket broke, with the exact number of frames sent on it."""
    return services.interrupt_frames(
        session_uuid=session_uuid,
        frames_connection=running.connection,
        sent=running.flow.sent,
        reason=reason,
    )


def interrupt_all(context: StreamContext, reason: str) -> None:
    """Note for every session of this process that its sockets are gone, as it ends."""
    changes = [
        Change(str(session_uuid), partial(interrupt_frames, session_uuid, running, reason))
        for session_uuid, running in context.flows.items()
    ]
    for session_uuid, connection in context.connections.items():
        interrupt = partial(
            services.interrupt_session,
            session_uuid=session_uuid,
            connection=connection,
            reason=reason,
        )
        changes.append(Change(str(session_uuid), interrupt))
    for first in range(0, len(changes), MAX_CHANGES):
        for made in make_changes(changes[first : first + MAX_CHANGES]):
            if isinstance(made, Exception):
                logger.warning("a session was left as it is: %s", made)


def register_classifier(info: ClassifierInfo) -> Classifier:
    """The classifier that a client brings.

    Raises:
        InvalidField: class names that repeat.
    """
    if len(set(info.class_names)) != len(info.class_names):
        raise InvalidField("class_names must differ from each other")
    return services.register_classifier(
        name=info.name,
        sha256=info.sha256,
        class_names=list(info.class_names),
        parameter_count=info.parameter_count,
        card=dict(info.card),
    )


def client_name(client: ClientInfo) -> str:
    """Who a client says it is, in one line."""
    return f"{client.name} {client.version}".strip()


def _record_sent(session_uuid: UUID, running: RunningFlow) -> None:
    try:
        services.record_sent(
            session_uuid=session_uuid, sent=running.flow.sent, frames_connection=running.connection
        )
    except (ConnectionReplaced, IllegalTransition) as error:
        logger.debug("session %s: %s", session_uuid, error)


def _labels(held: HeldSession, batch: PredictionBatch) -> NDArray[np.uint8] | None:
    """The labels of a batch's frames; None where there are none, or they lie beyond the session."""
    if held.dataset is None or len(batch) == 0:
        return None
    first, last = int(batch.sequences.min()), int(batch.sequences.max())
    if last >= held.session.announced:
        return None
    labels = held.dataset.labels(held.session.offset + first, last - first + 1)
    return None if labels is None else labels[batch.sequences - batch.sequences.min()]
