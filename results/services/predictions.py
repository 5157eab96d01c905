"""Keeping predictions, each exactly once; those of many sessions in one transaction."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils import timezone
from numpy.typing import NDArray

from results.batches import Extent, PredictionBatch, are_sound, check_batch, extents
from results.errors import (
    ConflictingPrediction,
    ConnectionReplaced,
    IllegalTransition,
    MalformedBatch,
    ResultsError,
    SessionNotFound,
    UnsentSequence,
)
from results.lifecycle import SessionState
from results.models import Classifier, Dataset
from results.services.counts import SessionCounts, lock_counts, save_counts
from results.services.insertion import NewPredictions, insert_predictions
from results.services.known import KnownPredictions

_TAKING = (SessionState.RUNNING, SessionState.FINISHING)
# A process that streams says so every other second; one that has not for so long is gone.
STREAM_SILENT_AFTER = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Streamed:
    """The exact number of frames that the process which streams a session has sent of it.

    Attributes:
        frames_connection: On which of the session's frames sockets.
        sent: How many, over earlier ones too.
    """

    frames_connection: int
    sent: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """A batch as it came, to be kept all of it or nothing.

    Attributes:
        session_uuid: Whose.
        batch: What was predicted.
        labels: ``(N,)``, the label of each row's frame in the order of the batch, or ``None``.
            Left out where the dataset's class names are not the classifier's, as the numbers
            then mean different things.
        connection: On which of the session's sockets the batch came; None: not looked at.
        streamed: What this process sent of the session, where it is the one that streams it.
            Where the process that did is gone, and could not record its last second, a
            prediction proves that its frame was sent.
    """

    session_uuid: UUID
    batch: PredictionBatch
    labels: NDArray[np.uint8] | None = None
    connection: int | None = None
    streamed: Streamed | None = None


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """What became of a batch.

    Attributes:
        stored: Rows that are new.
        repeated: Rows that were there already, with the same content.
        total: Rows of the session from now on.
    """

    stored: int
    repeated: int
    total: int


Outcome = StoredBatch | ResultsError


def store_predictions(
    *,
    session_uuid: UUID,
    batch: PredictionBatch,
    labels: NDArray[np.uint8] | None,
    connection: int | None = None,
    streamed: Streamed | None = None,
) -> StoredBatch:
    """Keep a batch, all of it or nothing; on return it is committed.

    A row that is stored already counts as repeated if its probabilities are the same bytes;
    its latency may differ and stays as it was.

    Args:
        session_uuid, batch, labels, connection, streamed: see :class:`Delivery`.

    Raises:
        SessionNotFound: no session of that id.
        ConnectionReplaced: another socket has the session by now.
        IllegalTransition: the session is neither running nor finishing.
        MalformedBatch: see :func:`results.batches.check_batch`.
        UnsentSequence: a frame that was never sent.
        ConflictingPrediction: another prediction for a frame that has one.
        ValueError: ``labels`` do not fit the batch.
    """
    (outcome,) = store_deliveries([Delivery(session_uuid, batch, labels, connection, streamed)])
    if isinstance(outcome, ResultsError):
        raise outcome
    return outcome


def store_deliveries(deliveries: Sequence[Delivery]) -> list[Outcome]:
    """Keep batches of any sessions in one transaction; on return those that are kept are committed.

    A batch that is refused is so alone: of it nothing is stored, and the others are as if it had
    never come. Batches of one session are taken in the order given.

    Returns:
        What became of each: the error is one of those that :func:`store_predictions` raises.

    Raises:
        ValueError: ``labels`` that do not fit their batch; nothing is stored.
    """
    for each in deliveries:
        if each.labels is not None and each.labels.shape != (len(each.batch),):
            raise ValueError(
                f"a batch of {len(each.batch)} needs as many labels, got {each.labels.shape}"
            )
    with transaction.atomic():
        now = timezone.now()
        counts = lock_counts(each.session_uuid for each in deliveries)
        classes = _Classes.of(counts.values())
        outcomes = _checked(deliveries, counts, classes)
        kept = _take(deliveries, counts, classes, outcomes, now)
        insert_predictions(kept)
        changed = [each for each in counts.values() if each.is_client_seen]
        save_counts(changed, now=now)
    return [each for each in outcomes if each is not None]


def _checked(
    deliveries: Sequence[Delivery], counts: dict[UUID, SessionCounts], classes: "_Classes"
) -> list[Outcome | None]:
    """What is wrong with each delivery by itself, whatever else is stored; None: nothing."""
    problems: list[Outcome | None] = [
        _problem(each, counts.get(each.session_uuid)) for each in deliveries
    ]
    by_classes: defaultdict[int, list[int]] = defaultdict(list)
    for index, each in enumerate(deliveries):
        if problems[index] is None:
            by_classes[classes.count(counts[each.session_uuid])].append(index)
    for class_count, indices in by_classes.items():
        if are_sound([deliveries[index].batch for index in indices], class_count=class_count):
            continue
        for index in indices:
            try:
                check_batch(deliveries[index].batch, class_count=class_count)
            except MalformedBatch as error:
                problems[index] = error
    return problems


def _problem(delivery: Delivery, session: SessionCounts | None) -> ResultsError | None:
    if session is None:
        return SessionNotFound(f"no session {delivery.session_uuid}")
    if delivery.connection not in (None, session.connection):
        return ConnectionReplaced(f"session {session.uuid} has another connection by now")
    if session.state not in _TAKING:
        return IllegalTransition(
            "predictions are taken by a session that is running or finishing, "
            f"this one is {session.state}"
        )
    return None


def _take(
    deliveries: Sequence[Delivery],
    counts: dict[UUID, SessionCounts],
    classes: "_Classes",
    outcomes: list[Outcome | None],
    now: datetime,
) -> list[NewPredictions]:
    """Take what has no outcome yet, one after the other; fills in the outcomes and the counts.

    Returns:
        What is to be inserted.
    """
    sound = [index for index, outcome in enumerate(outcomes) if outcome is None]
    filled = [index for index in sound if len(deliveries[index].batch)]
    extent_of = dict(
        zip(filled, extents([deliveries[index].batch for index in filled]), strict=True)
    )
    known = KnownPredictions(
        [
            (deliveries[index].session_uuid, deliveries[index].batch, extent)
            for index, extent in extent_of.items()
        ],
        begun={deliveries[index].session_uuid for index in filled}
        & {each.uuid for each in counts.values() if each.stored},
    )
    kept: list[NewPredictions] = []
    for index in sound:
        delivery, session = deliveries[index], counts[deliveries[index].session_uuid]
        if index not in extent_of:
            outcomes[index] = StoredBatch(stored=0, repeated=0, total=session.stored)
            continue
        try:
            sent = _raised_sent(session, delivery, extent_of[index], now)
            is_new = known.new_rows(session.uuid, delivery.batch, extent_of[index])
        except (UnsentSequence, ConflictingPrediction) as error:
            outcomes[index] = error
            continue
        new = _new_part(delivery, is_new)
        if not classes.agree(session):
            new = replace(new, labels=None)
        _count(session, delivery, stored=len(new.batch), sent=sent)
        if len(new.batch):
            kept.append(new)
        outcomes[index] = StoredBatch(
            stored=len(new.batch),
            repeated=len(delivery.batch) - len(new.batch),
            total=session.stored,
        )
    return kept


def _count(session: SessionCounts, delivery: Delivery, *, stored: int, sent: int) -> None:
    """Bring a session's counts up to date; a batch that changes none is no sign of life."""
    if stored or sent > session.sent:
        session.is_client_seen = True
    session.stored += stored
    session.sent = sent
    # Who streams it says so in passing; where nobody does any more, that stays so.
    if _own_count(session, delivery) is not None and session.frames_seen_at is not None:
        session.is_streamed = True


def _own_count(session: SessionCounts, delivery: Delivery) -> int | None:
    """How many frames this process has sent, where it has the session's frames, and they run."""
    streamed = delivery.streamed
    if streamed is None or session.state != SessionState.RUNNING:
        return None
    return streamed.sent if streamed.frames_connection == session.frames_connection else None


def _raised_sent(session: SessionCounts, delivery: Delivery, extent: Extent, now: datetime) -> int:
    """The count of sent frames, brought up to date.

    Raises:
        UnsentSequence: the batch names a frame beyond it.
    """
    own = _own_count(session, delivery)
    sent = session.sent if own is None else max(session.sent, own)
    if extent.highest < sent:
        return sent
    is_running = session.state == SessionState.RUNNING
    seen_at = session.frames_seen_at
    may_trail = is_running and own is None and seen_at is not None
    if not may_trail or extent.highest >= session.announced:
        is_exact = True
    elif seen_at is not None and now - seen_at > STREAM_SILENT_AFTER:
        return extent.highest + 1
    else:
        is_exact = False
    sequences = delivery.batch.sequences
    raise UnsentSequence(
        f"frame {sequences[sequences >= sent][0]} was never sent; "
        f"session {session.uuid} sent {sent} so far",
        is_exact=is_exact,
    )


def _new_part(delivery: Delivery, is_new: NDArray[np.bool_] | None) -> NewPredictions:
    """Those rows of a delivery; None: all."""
    batch, labels = delivery.batch, delivery.labels
    if is_new is not None:
        labels = None if labels is None else labels[is_new]
        batch = PredictionBatch(
            sequences=batch.sequences[is_new],
            probabilities=batch.probabilities[is_new],
            latencies_ms=batch.latencies_ms[is_new],
        )
    return NewPredictions(delivery.session_uuid, batch, labels)


@dataclass(frozen=True, slots=True)
class _Classes:
    """The class names of some sessions' classifiers and datasets, by their ids."""

    of_classifier: dict[int, list[str]]
    of_dataset: dict[int, list[str]]

    @classmethod
    def of(cls, sessions: Collection[SessionCounts]) -> Self:
        """Those of these sessions."""
        classifiers = Classifier.objects.filter(pk__in={each.classifier_id for each in sessions})
        datasets = Dataset.objects.filter(pk__in={each.dataset_id for each in sessions})
        return cls(
            dict(classifiers.order_by().values_list("pk", "class_names")),
            dict(datasets.order_by().values_list("pk", "class_names")),
        )

    def count(self, session: SessionCounts) -> int:
        """How many classes a prediction of the session speaks of."""
        return len(self.of_classifier[session.classifier_id])

    def agree(self, session: SessionCounts) -> bool:
        """Whether a label's number means what a prediction's does."""
        said = self.of_classifier[session.classifier_id]
        return said == self.of_dataset[session.dataset_id]
