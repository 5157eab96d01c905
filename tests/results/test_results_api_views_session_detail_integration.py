"""results.api.views.SessionDetail: one session over REST."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from results.ledger import FIELDS
from results.lifecycle import SessionState
from results.services import interrupt_session, resume_session
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_tells_everything_about_a_session() -> None:
    session = make_session(SessionState.FAILED, error="it broke", stop_reason="browser")
    body = APIClient().get(f"/api/sessions/{session.uuid}/").json()
    assert body["uuid"] == str(session.uuid)
    assert body["state"] == "failed"
    assert body["classifier"] == {
        "name": session.classifier.name,
        "sha256": session.classifier.sha256,
    }
    assert body["dataset"]["sha256"] == session.dataset.sha256
    assert (body["fps"], body["offset"], body["client"]) == (10.0, 0, "analyze 0.1.0")
    assert (body["error"], body["stop_reason"]) == ("it broke", "browser")
    assert set(FIELDS) < set(body["ledger"])
    assert body["ledger"]["differences"]
    assert body["started_at"] < body["finished_at"]
    assert body["interrupted_at"] is None
    assert body["interruptions"] == []
    assert body["ledger"]["interruptions"] == {"count": 0, "seconds": 0.0}
    assert "secret_hash" not in body
    assert "connection" not in body
    assert "path" not in body["dataset"]


def test_tells_of_interruptions() -> None:
    session = make_session(last_seen_at=timezone.now() - timedelta(seconds=3))
    resume_session(session_uuid=session.uuid)
    interrupt_session(session_uuid=session.uuid, connection=2, reason="connection-lost")
    body = APIClient().get(f"/api/sessions/{session.uuid}/").json()
    assert body["interrupted_by"] == "connection-lost"
    assert body["interrupted_at"] is not None
    (interruption,) = body["interruptions"]
    assert interruption["since"] < interruption["until"]
    assert interruption["seconds"] == pytest.approx(3, abs=1)
    assert body["ledger"]["interruptions"] == {"count": 1, "seconds": interruption["seconds"]}


def test_an_unknown_session_is_not_found() -> None:
    response = APIClient().get(f"/api/sessions/{uuid.uuid4()}/")
    assert (response.status_code, response.json()["code"]) == (404, "session-not-found")
