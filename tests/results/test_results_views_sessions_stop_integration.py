"""results.views.sessions.stop: the button that stops a session."""

import uuid

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from pytest_django import Settings

from tests.results.conftest import make_session
from tests.results.offers import listen_for_rings

pytestmark = pytest.mark.django_db


def test_asks_for_the_end_and_goes_back_to_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    session, rung = make_session(), listen_for_rings(monkeypatch)
    response = Client().post(f"/sessions/{session.uuid}/stop/")
    assert (response.status_code, response["Location"]) == (302, f"/sessions/{session.uuid}/")
    session.refresh_from_db()
    assert session.stop_reason == "browser"
    assert rung == [session.uuid]


def test_only_a_post_stops() -> None:
    session = make_session()
    assert Client().get(f"/sessions/{session.uuid}/stop/").status_code == 405


def test_an_unknown_session_is_not_found() -> None:
    assert Client().post(f"/sessions/{uuid.uuid4()}/stop/").status_code == 404


def test_a_form_without_its_token_stops_nothing() -> None:
    session = make_session()
    response = Client(enforce_csrf_checks=True).post(f"/sessions/{session.uuid}/stop/")
    assert response.status_code == 403
    session.refresh_from_db()
    assert session.stop_requested_at is None


def test_on_a_network_only_who_started_it_and_staff_have_the_button(settings: Settings) -> None:
    settings.ACCESS = "network"
    users = get_user_model().objects
    alice, bob = users.create_user("alice"), users.create_user("bob")
    staff = users.create_user("staff", is_staff=True)
    for user, may in ((alice, True), (bob, False), (staff, True)):
        session, client = make_session(started_by=alice), Client()
        client.force_login(user)
        button = f'action="/sessions/{session.uuid}/stop/"'
        assert (button in client.get(session.get_absolute_url()).content.decode()) is may
        response = client.post(f"/sessions/{session.uuid}/stop/")
        assert response.status_code == (302 if may else 403)
        session.refresh_from_db()
        assert (session.stop_requested_at is not None) is may
