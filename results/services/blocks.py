"""Packing predictions that cannot change any more into blocks, while nothing waits for it."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from time import monotonic
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import F, Q, QuerySet

from results.blocks import BLOCK_FRAMES, Rows, counts_of, pack, summary_of
from results.lifecycle import FINAL_STATES
from results.models import Prediction, PredictionBlock, Session

logger = logging.getLogger(__name__)

_FINAL = [state.value for state in FINAL_STATES]
_READ_AT_ONCE = 1_000


def seal_blocks(*, within: timedelta = timedelta(seconds=5)) -> int:
    """Pack what can be packed of every session, the longest waiting first; how many blocks.

    Of a session that runs these are the blocks in which no frame is missing, from the first on;
    of one that is over all. Two processes that do it at once do no harm.

    Args:
        within: Begin no other block after that long; the next call goes on.
    """
    until = monotonic() + within.total_seconds()
    sealed = 0
    for session in _waiting():
        while monotonic() < until:
            if not _seal_next(session):
                break
            sealed += 1
    if sealed:
        logger.debug("%d blocks of predictions were packed", sealed)
    return sealed


def _waiting() -> list[Session]:
    over = Q(state__in=_FINAL, sealed__lt=F("sent"))
    under_way = Q(sent__gte=F("sealed") + BLOCK_FRAMES, stored__gte=BLOCK_FRAMES)
    return list(
        Session.objects.filter(over | under_way, stored__gt=0, pruned_at__isnull=True)
        .only("state", "sent", "sealed")
        .order_by("created_at")
    )


def _seal_next(session: Session) -> bool:
    """Pack the next block of a session; false if there is none, or it may still change."""
    number = _next_number(session)
    if number is None:
        if session.is_final:
            _advance(session, to=session.sent)
        return False
    rows = _rows(session, number)
    summary = summary_of(number, rows)
    with transaction.atomic():
        if not _advance(session, to=summary.first + BLOCK_FRAMES):
            return False
        PredictionBlock.objects.create(
            session=session,
            number=number,
            tally=summary.tally,
            confidence_min=summary.confidence_min,
            confidence_max=summary.confidence_max,
            confidences=counts_of(rows).cells(),
            content=rows.tobytes(),
        )
    return True


def _next_number(session: Session) -> int | None:
    """Which block to pack: where frames can still come in, only one that lacks none."""
    if session.is_final:
        waiting = Prediction.objects.filter(session=session, sequence__gte=session.sealed)
        first = waiting.order_by("sequence").values_list("sequence", flat=True).first()
        return None if first is None else first // BLOCK_FRAMES
    number = session.sealed // BLOCK_FRAMES
    return number if _of_block(session, number).count() == BLOCK_FRAMES else None


def _advance(session: Session, *, to: int) -> bool:
    """Say that all below is packed, unless another process did, or it is being pruned."""
    changed = Session.objects.filter(
        pk=session.pk, sealed=session.sealed, pruned_at__isnull=True
    ).update(sealed=to)
    if changed:
        session.sealed = to
    return bool(changed)


def _of_block(session: Session, number: int) -> QuerySet[Prediction]:
    first = number * BLOCK_FRAMES
    return Prediction.objects.filter(
        session=session, sequence__gte=first, sequence__lt=first + BLOCK_FRAMES
    )


def _rows(session: Session, number: int) -> Rows:
    """The rows of a block, some at a time: as objects of Python all would take a server megabytes.

    They would stay with the thread that asked for them, of which there are several.
    """
    found: Iterator[tuple[Any, ...]] = (
        _of_block(session, number)
        .order_by("sequence")
        .values_list("sequence", "class_id", "label", "confidence")
        .iterator(_READ_AT_ONCE)
    )
    parts = []
    while part := list(islice(found, _READ_AT_ONCE)):
        sequences, class_ids, labels, confidences = zip(*part, strict=True)
        parts.append(
            pack(
                np.array(sequences, dtype=np.uint64),
                np.array(class_ids, dtype=np.uint16),
                labels,
                np.array(confidences, dtype=np.float32),
            )
        )
    return np.concatenate(parts)
