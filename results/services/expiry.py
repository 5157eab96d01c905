"""Ending sessions that nobody comes back for."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from results import selectors
from results.lifecycle import FINAL_STATES, SessionState
from results.models import Session
from results.services.sessions import fail_locked, lock_session

_FINAL = [state.value for state in FINAL_STATES]


def expire_sessions(*, older_than: timedelta) -> list[UUID]:
    """Fail, with what is stored, every session without a sign of life for that long.

    A session that waits for a worker lives as long as somebody live offers its classifier.

    Returns:
        The sessions that were failed.
    """
    Session.objects.filter(
        state=SessionState.REQUESTED, classifier__in=selectors.offered_classifiers()
    ).update(last_seen_at=timezone.now())
    silent = Session.objects.exclude(state__in=_FINAL).filter(
        last_seen_at__lt=timezone.now() - older_than
    )
    found = list(silent.order_by("last_seen_at").values_list("uuid", flat=True))
    return [uuid for uuid in found if _expire(uuid, older_than)]


def _expire(session_uuid: UUID, older_than: timedelta) -> bool:
    with transaction.atomic():
        session = lock_session(session_uuid)
        # It may have ended, or come back, since it was found.
        if session.is_final or timezone.now() - session.last_seen_at < older_than:
            return False
        error = f"no sign of life for {older_than.total_seconds():g} s"
        if session.state == SessionState.REQUESTED:
            error = f"nobody offered its classifier for {older_than.total_seconds():g} s"
        fail_locked(session, error=error, unsent_reason="expired")
    return True
