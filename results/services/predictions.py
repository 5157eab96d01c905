"""Keeping predictions, each exactly once."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from results.batches import PredictionBatch, check_batch
from results.errors import ConflictingPrediction, IllegalTransition, UnsentSequence
from results.lifecycle import SessionState
from results.models import Prediction, Session
from results.services.sessions import lock_session

_TAKING = (SessionState.RUNNING, SessionState.FINISHING)


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
            Prediction.objects.bulk_create(rows)  # Django splits it as the database needs
            session.stored += len(rows)
            session.save(update_fields=["stored"])
    return StoredBatch(stored=len(rows), repeated=len(batch) - len(rows), total=session.stored)


def _new_rows(
    session: Session, batch: PredictionBatch, labels: NDArray[np.uint8] | None
) -> list[Prediction]:
    """The predictions that are not stored yet, each sequence once."""
    if len(batch) == 0:
        return []
    sequences: list[int] = batch.sequences.tolist()
    contents = [row.tobytes() for row in batch.probabilities.astype("<f4")]
    known = {
        sequence: bytes(content)
        for sequence, content in Prediction.objects.filter(
            session=session, sequence__in=sequences
        ).values_list("sequence", "probabilities")
    }
    class_ids: list[int] = batch.class_ids.tolist()
    confidences: list[float] = batch.confidences.tolist()
    latencies_ms: list[float] = batch.latencies_ms.tolist()
    label_ids: list[int | None] = [None] * len(batch) if labels is None else labels.tolist()
    rows = []
    for index, (sequence, content) in enumerate(zip(sequences, contents, strict=True)):
        earlier = known.get(sequence)
        if earlier is None:
            known[sequence] = content  # a sequence twice in a batch is as in two batches
            rows.append(
                Prediction(
                    session=session,
                    sequence=sequence,
                    class_id=class_ids[index],
                    confidence=confidences[index],
                    probabilities=content,
                    latency_ms=latencies_ms[index],
                    label=label_ids[index],
                )
            )
        elif earlier != content:
            raise ConflictingPrediction(
                f"frame {sequence} of session {session.pk} has another prediction already"
            )
    return rows
