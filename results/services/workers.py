"""Clients that follow, and handing them the sessions that were asked for."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from results.lifecycle import SessionState, check_transition
from results.models import CLIENT_LENGTH, Classifier, Session, Worker


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
        session.save(update_fields=["state", "worker", "client", "secret_hash"])
    return session
