"""What a session socket writes and reads, as plain functions that run off the event loop."""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from results import selectors, services
from results.batches import PredictionBatch
from results.models import Classifier, Dataset, Session
from streaming.context import StreamContext
from streaming.datasets.library import open_dataset
from streaming.datasets.pickles import DatasetReader
from streaming.errors import DatasetCorrupt, DatasetError, InvalidField
from streaming.messages import Accepted, ClassifierInfo, ClientInfo, Follow, Open


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
    """A session that belongs to a socket, its dataset, and the proof that it is the client's."""

    session: Session
    dataset: DatasetReader
    secret: Secret

    @property
    def uuid(self) -> UUID:
        """The session's id."""
        return self.session.uuid


def hash_secret(text: str) -> str:
    """The SHA-256 in hex under which a secret is stored."""
    return hashlib.sha256(text.encode()).hexdigest()


def dataset_of(session: Session, context: StreamContext) -> DatasetReader:
    """The dataset that a session streams: this process's own, or another that it served before.

    Raises:
        DatasetError: the file is gone, damaged or another one by now.
    """
    if session.dataset.sha256 == context.dataset.sha256:
        return context.dataset
    dataset = open_dataset(Path(session.dataset.path))
    if dataset.sha256 != session.dataset.sha256:
        raise DatasetCorrupt(
            f"{session.dataset.path} has the hash {dataset.sha256[:12]}…, "
            f"the session was opened with {session.dataset.sha256[:12]}…"
        )
    return dataset


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


def open_session(context: StreamContext, message: Open) -> HeldSession:
    """A new session over this process's dataset, as the client asks for it.

    Raises:
        InvalidField: more frames than the dataset has from the offset on, or class names that
            repeat.
    """
    dataset = context.dataset
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
    secret = Secret.new()
    session = services.open_session(
        dataset=Dataset.objects.get(sha256=dataset.sha256),
        classifier=register_classifier(message.classifier),
        client=client_name(message.client),
        announced=announced,
        fps=context.fps if message.fps is None else message.fps,
        offset=message.offset,
        secret_hash=secret.sha256,
    )
    return HeldSession(session=session, dataset=dataset, secret=secret)


def connect_worker(message: Follow) -> UUID:
    """A new worker with the classifiers it offers; returns its id.

    Raises:
        InvalidField: class names that repeat.
    """
    classifiers = [register_classifier(info) for info in message.classifiers]
    worker = services.worker_connected(client=client_name(message.client), classifiers=classifiers)
    return worker.uuid


def claim_session(context: StreamContext, worker_uuid: UUID) -> HeldSession | None:
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
            return HeldSession(session, dataset_of(session, context), secret)
        except DatasetError as error:
            services.fail_session(session_uuid=session.uuid, error=str(error))


def store_predictions(
    context: StreamContext, held: HeldSession, batch: PredictionBatch
) -> services.StoredBatch:
    """Store a batch with its labels, once this process's exact count of frames sent is noted.

    Raises:
        UnsentSequence, ConflictingPrediction, MalformedBatch, IllegalTransition: see
            :func:`results.services.store_predictions`.
    """
    flow = context.flows.get(held.uuid)
    if flow is not None:
        services.record_sent(session_uuid=held.uuid, sent=flow.sent)
    return services.store_predictions(
        session_uuid=held.uuid, batch=batch, labels=_labels(held, batch)
    )


def submit_report(held: HeldSession, document: dict[str, Any] | None) -> Accepted:
    """End a session with its report, or without one; returns what the client is told.

    Raises:
        InvalidDocument, IllegalTransition: see :func:`results.services.submit_report`.
    """
    if document is None:
        services.finish_without_report(session_uuid=held.uuid)
        verified, discrepancies = False, ["the client gave no report"]
    else:
        report = services.submit_report(session_uuid=held.uuid, document=document)
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


def fail_session(context: StreamContext, session_uuid: UUID, error: str) -> Session:
    """Fail a session with the exact number of frames that this process sent of it."""
    flow = context.flows.get(session_uuid)
    if flow is not None:
        flow.stop("client-disconnected")
        services.record_sent(session_uuid=session_uuid, sent=flow.sent)
    return services.fail_session(session_uuid=session_uuid, error=error)


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


def _labels(held: HeldSession, batch: PredictionBatch) -> NDArray[np.uint8] | None:
    """The labels of a batch's frames; None where there are none, or they lie beyond the session."""
    first, last = int(batch.sequences.min()), int(batch.sequences.max())
    if last >= held.session.announced:
        return None
    labels = held.dataset.labels(held.session.offset + first, last - first + 1)
    return None if labels is None else labels[batch.sequences - batch.sequences.min()]
