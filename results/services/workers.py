"""Clients that follow, and handing them the sessions that were asked for."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from results.lifecycle import SessionState, check_transition
from results.models import CLIENT_LENGTH, Classifier, Session, Worker
from results.selectors import WORKER_TIMEOUT
from results.services.interruptions import INTERRUPTION_FIELDS
from results.services.sessions import lock_session


def worker_connected(*, client: str, classifiers: Iterable[Classifier]) -> Worker:
    """A new worker that offers these classifiers, seen now."""
    with transaction.atomic():
        worker = Worker.objects.create(client=client[:CLIENT_LENGTH], last_seen_at=timezone.now())
        worker.classifiers.set(classifiers)
    return worker


def worker_seen(*, worker_uuid: UUID) -> None:
    """Note that the worker is still there."""
    Worker.objects.filter(pk=worker_uuid).update(last_seen_at=timezone.now())


def worker_disconnected(*, worker_uuid: UUID) -> None:
    """Note that the worker is gone; the first time counts."""
    Worker.objects.filter(pk=worker_uuid, disconnected_at__isnull=True).update(
        disconnected_at=timezone.now()
    )


def claim_requested_session(*, worker_uuid: UUID, secret_hash: str) -> Session | None:
    """Open the oldest requested session whose classifier this worker offers, for this worker.

    Args:
        secret_hash: SHA-256 in hex of the secret that the worker will show on its sockets.

    Returns:
        The session, or ``None`` where there is nothing to do. Two workers never get the same.
    """
    with transaction.atomic():
        # Of two workers at once the second skips the row that the first has locked; SQLite
        # has no row locks, there the whole transaction has the database to itself.
        session = (
            Session.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("dataset", "classifier")
            .filter(state=SessionState.REQUESTED, classifier__workers=worker_uuid)
            .order_by("created_at")
            .first()
        )
        worker = Worker.objects.filter(pk=worker_uuid).first()
        if session is None or worker is None:
            return None
        check_transition(SessionState(session.state), SessionState.OPENED)
        session.state = SessionState.OPENED
        session.worker = worker
        session.client = worker.client
        session.secret_hash = secret_hash
        session.connection += 1
        session.is_connected = True
        session.last_seen_at = timezone.now()
        session.save(
            update_fields=[
                *("state", "worker", "client", "secret_hash"),
                *("connection", "is_connected", "last_seen_at"),
            ]
        )
    return session


def hand_back_sessions() -> list[UUID]:
    """Offer sessions anew whose worker went away before it had their frames.

    Such a worker may never have been told the session's secret, without which nobody can resume
    it. One that was has ``WORKER_TIMEOUT`` to come back.

    Returns:
        The sessions that wait for a worker again.
    """
    gone_before = timezone.now() - WORKER_TIMEOUT
    abandoned = Session.objects.filter(
        Q(is_connected=False)
        | Q(worker__disconnected_at__isnull=True, worker__last_seen_at__lt=gone_before),
        state=SessionState.OPENED,
        worker__isnull=False,
        frames_connection=0,
        last_seen_at__lt=gone_before,
    )
    found = list(abandoned.order_by("created_at").values_list("uuid", flat=True))
    return [uuid for uuid in found if _hand_back(uuid)]


def _hand_back(session_uuid: UUID) -> bool:
    with transaction.atomic():
        session = lock_session(session_uuid)
        # It may have ended, or come back, since it was found.
        if (
            session.state != SessionState.OPENED
            or session.frames_connection > 0
            or timezone.now() - session.last_seen_at < WORKER_TIMEOUT
        ):
            return False
        check_transition(SessionState(session.state), SessionState.REQUESTED)
        session.state = SessionState.REQUESTED
        session.worker = None
        session.client = session.interrupted_by = ""
        session.secret_hash = ""  # nosec B105  # the hash of no secret, so that none fits
        # Whoever had it has it no more.
        session.connection += 1
        session.is_connected = True
        session.interrupted_at = None
        session.last_seen_at = timezone.now()
        session.save(
            update_fields=[
                *("state", "worker", "client", "secret_hash", "connection", "is_connected"),
                *("last_seen_at", *INTERRUPTION_FIELDS),
            ]
        )
    return True
