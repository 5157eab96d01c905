"""Deleting what is not needed any more, in steps so small that no stream notices."""

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from results.errors import IllegalTransition
from results.lifecycle import FINAL_STATES, SessionState
from results.models import Prediction, PredictionBlock, Session
from results.services.sessions import lock_session

# So many rows are deleted within some ten milliseconds.
DELETED_AT_ONCE = 2_000
_FINAL = [state.value for state in FINAL_STATES]


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was deleted of a session.

    Attributes:
        predictions: How many.
        whole: Whether the session itself, with its report, is gone as well.
    """

    predictions: int
    whole: bool


def prunable_sessions(
    *,
    older_than: timedelta | None = None,
    states: Collection[SessionState] = FINAL_STATES,
    keep_newest: int = 0,
    keep_reports: bool = False,
) -> QuerySet[Session]:
    """The sessions that are over and fit, the oldest first.

    A session whose frames another one streams again, and has not ended, is left out: the two
    belong together.

    Args:
        older_than: Since when they have been over; ``None``: any time.
        states: Only those that ended so; states that are no end are ignored.
        keep_newest: Leave out so many of the newest sessions that are over, of whatever state.
        keep_reports: Whether only predictions are to go: leaves out sessions that have none.
    """
    over = Session.objects.filter(state__in=_FINAL)
    newest = over.order_by("-created_at", "-uuid").values_list("uuid", flat=True)[:keep_newest]
    unfinished = Session.objects.exclude(state__in=_FINAL).filter(repeats=OuterRef("pk"))
    wanted = {SessionState(state).value for state in states} & set(_FINAL)
    found = (
        Session.objects.filter(~Exists(unfinished), state__in=wanted)
        .exclude(uuid__in=list(newest))
        .annotate(over_at=Coalesce("finished_at", "created_at"))
    )
    if older_than is not None:
        found = found.filter(over_at__lt=timezone.now() - older_than)
    if keep_reports:
        # One that was interrupted while it was pruned has some left.
        left = Exists(Prediction.objects.filter(session=OuterRef("pk")))
        found = found.filter(Q(pruned_at__isnull=True, stored__gt=0) | Q(left))
    return found.order_by("over_at", "uuid")


def prune_session(
    *, session_uuid: UUID, keep_report: bool, rest: Callable[[float], None] = time.sleep
) -> Pruned:
    """Delete a session's predictions and, unless its report is kept, the session.

    First the session says that it is pruned; then rows go in small transactions, with a rest after
    each that is as long as it took. Interrupted, it is finished by being called again.

    Args:
        rest: Waits for so many seconds.

    Raises:
        SessionNotFound: no session of that id.
        IllegalTransition: the session is not over.
    """
    with transaction.atomic():
        session = lock_session(session_uuid)
        if not session.is_final:
            raise IllegalTransition(
                f"only a session that is over can be pruned, {session_uuid} is {session.state}"
            )
        if session.pruned_at is None:
            session.pruned_at = timezone.now()
            session.save(update_fields=["pruned_at"])
    PredictionBlock.objects.filter(session=session).delete()
    deleted = 0
    for first, last in _steps(session):
        began = time.monotonic()
        of_step = Prediction.objects.filter(session=session, sequence__range=(first, last))
        deleted += of_step.delete()[0]
        rest(time.monotonic() - began)
    if not keep_report:
        session.delete()
    return Pruned(predictions=deleted, whole=not keep_report)


def _steps(session: Session) -> Iterator[tuple[int, int]]:
    """First and last sequence of the rows to delete next, until there are none."""
    while True:
        stored = Prediction.objects.filter(session=session).order_by("sequence")
        sequences = list(stored.values_list("sequence", flat=True)[:DELETED_AT_ONCE])
        if not sequences:
            return
        yield sequences[0], sequences[-1]
