"""results.api.views.SessionStop: ending a session over REST."""

import uuid

import pytest
from django.contrib.auth import get_user_model
from pytest_django import Settings
from rest_framework.test import APIClient

from results.lifecycle import SessionState
from tests.access.conftest import bearer, make_token
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


def test_on_a_network_a_token_stops_what_it_started(settings: Settings) -> None:
    settings.ACCESS = "network"
    token, text = make_token(name="mine")
    client = APIClient(headers=bearer(text))
    mine, other = make_session(token=token), make_session(token=make_token(name="other")[0])
    assert client.post(f"/api/sessions/{mine.uuid}/stop/").status_code == 200
    refused = client.post(f"/api/sessions/{other.uuid}/stop/")
    assert (refused.status_code, refused.json()["code"]) == (403, "not-the-owner")
    other.refresh_from_db()
    assert other.stop_requested_at is None


def test_who_is_signed_in_needs_the_forms_token_too() -> None:
    session = make_session()
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(get_user_model().objects.create_user("alice"))
    response = client.post(f"/api/sessions/{session.uuid}/stop/")
    assert response.status_code == 403
    session.refresh_from_db()
    assert session.stop_requested_at is None
