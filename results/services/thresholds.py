"""Keeping the confidence threshold that somebody chose for a session."""

import math
from uuid import UUID

from django.db import transaction

from results.errors import InvalidRequest
from results.models import Session
from results.services.sessions import lock_session


def save_threshold(*, session_uuid: UUID, threshold: float | None) -> Session:
    """Keep a threshold with a session, in place of the one before.

    Args:
        threshold: From 0 to 1, kept as the hundredth that is nearest; ``None`` for none.

    Raises:
        SessionNotFound: no session of that id.
        InvalidRequest: a threshold out of range.
    """
    if threshold is not None:
        if not (math.isfinite(threshold) and 0 <= threshold <= 1):
            raise InvalidRequest(f"threshold must be from 0 to 1, got {threshold}")
        threshold = round(threshold, 2)
    with transaction.atomic():
        session = lock_session(session_uuid)
        session.threshold = threshold
        session.save(update_fields=["threshold"])
    return session
