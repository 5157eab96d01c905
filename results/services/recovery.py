"""Ending what a server process left unfinished."""

from django.utils import timezone

from results.lifecycle import FINAL_STATES
from results.models import Session, Worker
from results.services.sessions import fail_session


def fail_abandoned_sessions(*, error: str) -> int:
    """Fail every session that is not over, and take every worker off the list.

    For a server process that starts or ends: nobody can be connected to it then.

    Returns:
        How many sessions were failed.
    """
    Worker.objects.filter(disconnected_at__isnull=True).update(disconnected_at=timezone.now())
    final = [state.value for state in FINAL_STATES]
    abandoned = list(Session.objects.exclude(state__in=final).values_list("uuid", flat=True))
    for session_uuid in abandoned:
        fail_session(session_uuid=session_uuid, error=error)
    return len(abandoned)
