"""Looking at the drift of sessions, and keeping the profiles of those that are over."""

import logging
from dataclasses import astuple
from datetime import timedelta
from time import monotonic

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from results.lifecycle import FINAL_STATES
from results.measuring import profiles
from results.measuring.drift import LEAST_FRAMES, StreamDrift
from results.models import Session, SessionProfile

logger = logging.getLogger(__name__)

_FINAL = [state.value for state in FINAL_STATES]


def look_at_drift(*, within: timedelta = timedelta(seconds=5)) -> int:
    """Note the drift of sessions under way, and profile those that are over; how many were seen.

    Two processes that do it at once do no harm: an alarm is logged by the one that notes it.

    Args:
        within: Begin with no other session after that long.
    """
    until = monotonic() + within.total_seconds()
    seen = 0
    for session in _waiting():
        if monotonic() >= until:
            break
        if session.is_final:
            keep_profile(session)
        else:
            note_drift(session, profiles.drift(session))
        seen += 1
    return seen


def keep_profile(session: Session) -> None:
    """Store what a session that is over and packed adds up to, and note its drift."""
    found = profiles.count_profile(session)
    note_drift(session, found.drift_from(profiles.baseline(session)))
    latencies = [list(astuple(one)) for one in profiles.sample_latencies(session)]
    try:
        with transaction.atomic():
            SessionProfile.objects.create(
                session=session,
                class_counts=found.class_counts,
                confidences=found.confidences.cells(),
                latencies=latencies,
            )
    except IntegrityError:
        # Another process did, or the session was deleted meanwhile.
        logger.debug("session %s has a profile already, or is gone", session.pk)


def note_drift(session: Session, drift: StreamDrift | None) -> None:
    """Keep a session's level of drift, and warn of it once."""
    if drift is None:
        return
    of_session = Session.objects.filter(pk=session.pk)
    if session.drift_level != drift.level:
        of_session.update(drift_level=drift.level)
        session.drift_level = drift.level
    if drift.is_alarm and session.drift_alarm_at is None:
        now = timezone.now()
        # Whoever sets it first warns.
        if of_session.filter(drift_alarm_at=None).update(drift_alarm_at=now):
            logger.warning(
                "session %s: %s Stability index: class mix %.2f, confidence %.2f, over %d frames",
                *(session.pk, drift.sentence, drift.classes.index, drift.confidence.index),
                drift.frames,
            )
        session.drift_alarm_at = now


def _waiting() -> list[Session]:
    """Those under way whose classifier has a baseline, and those that are over without profile."""
    under_way = Q(stored__gte=LEAST_FRAMES, classifier__card__baseline__isnull=False) & ~Q(
        state__in=_FINAL
    )
    over = Q(state__in=_FINAL, stored__gt=0, sealed__gte=F("sent"), profile__isnull=True)
    return list(
        Session.objects.filter(under_way | over, pruned_at__isnull=True)
        .select_related("classifier")
        .defer("classifier__card")
        # So that none is always among those for which no time is left.
        .order_by("?")
    )
