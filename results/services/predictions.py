"""Keeping predictions, each exactly once."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from results.batches import PredictionBatch, check_batch
from results.errors import ConflictingPrediction, IllegalTransition, UnsentSequence
from results.lifecycle import SessionState
from results.models import Prediction, Session
from results.services.sessions import lock_session

_TAKING = (SessionState.RUNNING, SessionState.FINISHING)

_COLUMNS = (
    "session",
    "sequence",
    "class_id",
    "confidence",
    "probabilities",
    "latency_ms",
    "label",
)
_Row = tuple[str | int | float | bytes | None, ...]


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


def store_predictions(
    *, session_uuid: UUID, batch: PredictionBatch, labels: NDArray[np.uint8] | None
) -> StoredBatch:
    """Keep a batch, all of it or nothing; on return it is committed.

    A row that is stored already counts as repeated if its probabilities are the same bytes;
    its latency may differ and stays as it was.

    Args:
        labels: ``(N,)``, the label of each row's frame in the order of the batch, or ``None``.
            Left out where the dataset's class names are not the classifier's, as the numbers
            then mean different things.

    Raises:
        SessionNotFound: no session of that id.
        IllegalTransition: the session is neither running nor finishing.
        MalformedBatch: see :func:`results.batches.check_batch`.
        UnsentSequence: a frame that was never sent.
        ConflictingPrediction: another prediction for a frame that has one.
        ValueError: ``labels`` do not fit the batch.
    """
    if labels is not None and labels.shape != (len(batch),):
        raise ValueError(f"a batch of {len(batch)} needs as many labels, got {labels.shape}")
    with transaction.atomic():
        session = lock_session(session_uuid)
        if session.state not in _TAKING:
            raise IllegalTransition(
                "predictions are taken by a session that is running or finishing, "
                f"this one is {session.state}"
            )
        class_names = session.classifier.class_names
        check_batch(batch, class_count=len(class_names))
        unsent = batch.sequences >= session.sent
        if unsent.any():
            raise UnsentSequence(
                f"frame {batch.sequences[unsent][0]} was never sent; "
                f"session {session_uuid} sent {session.sent} so far"
            )
        if session.dataset.class_names != class_names:
            labels = None
        rows = _new_rows(session, batch, labels)
        if rows:
            _insert(rows)
            session.stored += len(rows)
            session.save(update_fields=["stored"])
    return StoredBatch(stored=len(rows), repeated=len(batch) - len(rows), total=session.stored)


def _new_rows(
    session: Session, batch: PredictionBatch, labels: NDArray[np.uint8] | None
) -> list[_Row]:
    """The predictions that are not stored yet, each sequence once, as values of ``_COLUMNS``."""
    if len(batch) == 0:
        return []
    known = {
        sequence: bytes(content)
        for sequence, content in Prediction.objects.filter(
            session=session, sequence__in=batch.sequences.tolist()
        ).values_list("sequence", "probabilities")
    }
    session_id = Session._meta.pk.get_db_prep_value(session.pk, connection)
    rows = []
    for row in zip(
        batch.sequences.tolist(),
        batch.class_ids.tolist(),
        batch.confidences.tolist(),
        [row.tobytes() for row in batch.probabilities.astype("<f4")],
        batch.latencies_ms.tolist(),
        [None] * len(batch) if labels is None else labels.tolist(),
        strict=True,
    ):
        sequence, content = row[0], row[3]
        earlier = known.get(sequence)
        if earlier is None:
            known[sequence] = content  # a sequence twice in a batch is as in two batches
            rows.append((session_id, *row))
        elif earlier != content:
            raise ConflictingPrediction(
                f"frame {sequence} of session {session.pk} has another prediction already"
            )
    return rows


def _insert(rows: list[_Row]) -> None:
    """Insert rows as one prepared statement.

    ``bulk_create`` takes more than twice as long, almost all of it in Python, and
    storing shares its process with the stream.
    """
    quote = connection.ops.quote_name
    table = quote(Prediction._meta.db_table)
    column_of = {field.name: field.column for field in Prediction._meta.concrete_fields}
    columns = ", ".join(quote(str(column_of[name])) for name in _COLUMNS)
    values = ", ".join(["%s"] * len(_COLUMNS))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({values})", rows)
