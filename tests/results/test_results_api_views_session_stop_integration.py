"""results.api.views.SessionStop: ending a session over REST."""

import uuid

import pytest
from rest_framework.test import APIClient

from results.lifecycle import SessionState
from tests.results.conftest import make_session
from tests.results.offers import listen_for_rings

pytestmark = pytest.mark.django_db


def test_asks_a_running_session_to_stop_and_wakes_its_sockets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session, rung = make_session(), listen_for_rings(monkeypatch)
    response = APIClient().post(f"/api/sessions/{session.uuid}/stop/")
    assert response.status_code == 200
    assert response.json()["stop_reason"] == "rest"
    assert response.json()["stop_requested_at"]
    assert rung == [session.uuid]


def test_a_session_that_nobody_took_is_stopped_at_once() -> None:
    session = make_session(SessionState.REQUESTED)
    response = APIClient().post(f"/api/sessions/{session.uuid}/stop/")
    assert response.json()["state"] == "stopped"
    assert response.json()["ledger"]["unsent"] == 100


def test_stopping_what_has_ended_changes_nothing() -> None:
    session = make_session(SessionState.COMPLETED)
    response = APIClient().post(f"/api/sessions/{session.uuid}/stop/")
    assert (response.status_code, response.json()["state"]) == (200, "completed")


def test_an_unknown_session_is_not_found() -> None:
    response = APIClient().post(f"/api/sessions/{uuid.uuid4()}/stop/")
    assert (response.status_code, response.json()["code"]) == (404, "session-not-found")


def test_a_page_of_another_site_stops_nothing() -> None:
    session = make_session()
    response = APIClient().post(
        f"/api/sessions/{session.uuid}/stop/", headers={"Origin": "http://evil.example"}
    )
    assert (response.status_code, response.json()["code"]) == (403, "foreign-origin")
    session.refresh_from_db()
    assert session.stop_requested_at is None
