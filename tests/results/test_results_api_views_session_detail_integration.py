"""results.api.views.SessionDetail: one session over REST."""

import uuid

import pytest
from rest_framework.test import APIClient

from results.ledger import FIELDS
from results.lifecycle import SessionState
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
    assert "secret_hash" not in body
    assert "path" not in body["dataset"]


def test_an_unknown_session_is_not_found() -> None:
    response = APIClient().get(f"/api/sessions/{uuid.uuid4()}/")
    assert (response.status_code, response.json()["code"]) == (404, "session-not-found")
