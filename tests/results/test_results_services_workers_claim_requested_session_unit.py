"""Handing requested sessions to workers."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from results.lifecycle import SessionState
from results.models import Classifier, Session, Worker
from results.services import claim_requested_session, request_stop, worker_connected
from tests.results.conftest import make_classifier, make_session

pytestmark = pytest.mark.django_db

SECRET = "ab" * 32


def _worker(*classifiers: Classifier) -> Worker:
    return worker_connected(client="analyze 1", classifiers=classifiers)


def test_the_oldest_is_opened_for_the_worker() -> None:
    classifier = make_classifier()
    for minutes in (1, 3, 2):
        session = make_session(SessionState.REQUESTED, classifier=classifier)
        created = timezone.now() - timedelta(minutes=minutes)
        Session.objects.filter(pk=session.pk).update(created_at=created)
    oldest = Session.objects.order_by("created_at")[0]
    worker = _worker(classifier)
    claimed = claim_requested_session(worker_uuid=worker.uuid, secret_hash=SECRET)
    assert claimed == oldest
    oldest.refresh_from_db()
    assert oldest.state == "opened"
    assert oldest.worker == worker
    assert oldest.client == "analyze 1"
    assert oldest.secret_hash == SECRET


def test_two_workers_never_get_the_same() -> None:
    classifier = make_classifier()
    make_session(SessionState.REQUESTED, classifier=classifier)
    workers = [_worker(classifier), _worker(classifier)]
    claimed = [
        claim_requested_session(worker_uuid=worker.uuid, secret_hash=SECRET) for worker in workers
    ]
    assert claimed[0] is not None
    assert claimed[1] is None


def test_a_classifier_that_the_worker_does_not_offer_waits() -> None:
    make_session(SessionState.REQUESTED)
    worker = _worker(make_classifier())
    assert claim_requested_session(worker_uuid=worker.uuid, secret_hash=SECRET) is None


def test_a_session_that_was_stopped_meanwhile_is_not_claimed() -> None:
    session = make_session(SessionState.REQUESTED)
    request_stop(session_uuid=session.uuid, reason="user")
    worker = _worker(session.classifier)
    assert claim_requested_session(worker_uuid=worker.uuid, secret_hash=SECRET) is None


def test_an_unknown_worker_gets_nothing() -> None:
    make_session(SessionState.REQUESTED)
    assert claim_requested_session(worker_uuid=uuid4(), secret_hash=SECRET) is None
