"""results.views.stop: the button that stops a session."""

import uuid

import pytest
from django.test import Client

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
