"""Noting when a session is interrupted and when it goes on; the caller saves it."""

from datetime import datetime

from results.models import INTERRUPTION_REASON_LENGTH, Session

# Enough for any diagnosis; a session's row is read with every batch of predictions.
MAX_LISTED = 100
INTERRUPTION_FIELDS = (
    "interrupted_at",
    "interrupted_by",
    "interruption_count",
    "interrupted_s",
    "interruptions",
)


def begin_interruption(session: Session, *, reason: str, now: datetime) -> None:
    """Note that the session is interrupted; an interruption under way goes on as it began."""
    if session.interrupted_at is None:
        session.interrupted_at = now
        session.interrupted_by = reason[:INTERRUPTION_REASON_LENGTH]


def end_interruption(session: Session, *, now: datetime) -> None:
    """Count the interruption under way, if there is one, as over."""
    if session.interrupted_at is not None:
        since, reason = session.interrupted_at, session.interrupted_by
        session.interrupted_at, session.interrupted_by = None, ""
        count_interruption(session, since=since, until=now, reason=reason)


def count_interruption(session: Session, *, since: datetime, until: datetime, reason: str) -> None:
    """Count one interruption; the latest of them are listed as well."""
    seconds = max(0.0, (until - since).total_seconds())
    session.interruption_count += 1
    session.interrupted_s += seconds
    entry = {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "seconds": round(seconds, 3),
        "reason": reason,
    }
    session.interruptions = [*session.interruptions, entry][-MAX_LISTED:]
