"""Sessions whose worker went away before it began with them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from results.lifecycle import SessionState
from results.models import Session, Worker
from results.selectors import WORKER_TIMEOUT
from results.services import (
    attach_frames,
    claim_requested_session,
    hand_back_sessions,
    worker_connected,
)
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db

# By the database's clock: when these are collected, their turn may be minutes away.
NOW = Now()


def _claimed(*, worker_fields: dict[str, Any], **fields: Any) -> Session:
    """A session that a worker got a minute ago, and has not begun with."""
    requested = make_session(SessionState.REQUESTED)
    worker = worker_connected(client="analyze 1", classifiers=[requested.classifier])
    session = claim_requested_session(worker_uuid=worker.uuid, secret_hash="a" * 64)
    assert session is not None
    long_ago = timezone.now() - WORKER_TIMEOUT - timedelta(seconds=1)
    Session.objects.update(**{"last_seen_at": long_ago, **fields})
    Worker.objects.update(**{"last_seen_at": long_ago, **worker_fields})
    return session


@pytest.mark.parametrize(
    ("worker_fields", "fields"),
    [
        pytest.param({}, {}, id="its-server-died"),
        pytest.param(
            {"disconnected_at": timezone.now()},
            {"is_connected": False, "interrupted_at": timezone.now(), "interrupted_by": "lost"},
            id="it-left",
        ),
    ],
)
def test_wait_for_the_next_one(worker_fields: dict[str, Any], fields: dict[str, Any]) -> None:
    session = _claimed(worker_fields=worker_fields, **fields)
    assert hand_back_sessions() == [session.uuid]
    session.refresh_from_db()
    assert (session.state, session.worker, session.secret_hash) == ("requested", None, "")
    assert (session.interrupted_at, session.interruption_count) == (None, 0)
    assert session.connection == 2
    other = worker_connected(client="analyze 2", classifiers=[session.classifier])
    claimed = claim_requested_session(worker_uuid=other.uuid, secret_hash="b" * 64)
    assert claimed is not None and claimed.uuid == session.uuid


@pytest.mark.parametrize(
    ("worker_fields", "fields"),
    [
        pytest.param({"last_seen_at": NOW}, {}, id="the-worker-is-there"),
        pytest.param({}, {"last_seen_at": NOW}, id="not-for-long"),
        pytest.param({}, {"worker": None}, id="opened-by-the-client-itself"),
        pytest.param({}, {"state": SessionState.RUNNING}, id="running"),
    ],
)
def test_stay_where_they_are(worker_fields: dict[str, Any], fields: dict[str, Any]) -> None:
    _claimed(worker_fields=worker_fields, **fields)
    assert not hand_back_sessions()


def test_stay_once_their_frames_were_attached() -> None:
    session = _claimed(worker_fields={})
    attach_frames(session_uuid=session.uuid)
    Session.objects.update(last_seen_at=timezone.now() - timedelta(hours=1))
    assert not hand_back_sessions()
