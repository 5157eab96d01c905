"""access.middleware.SignInMiddleware, over every address of the site."""

from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from pytest_django import Settings

from access.roles import Scope
from access.tokens import new_token
from results.lifecycle import SessionState
from results.models import Session
from tests.access.conftest import bearer, make_token
from tests.results.conftest import make_report, make_session

pytestmark = pytest.mark.django_db

OPEN_PATHS = ["/sign-in/", "/health/", "/static/results/site.css"]


def _signed_in(name: str = "alice", **fields: Any) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.create_user(name, **fields))
    return client


def _private_paths() -> list[str]:
    """Every address that shows something, of a session that has it all."""
    session = make_report().session
    under_api = [
        *("", "predictions/", "report/", "verification/", "metrics/", "samples/"),
        *("samples/0.png", "frames/0.png"),
    ]
    return [
        *("/", f"/sessions/{session.uuid}/", f"/sessions/{UUID(int=1)}/", "/api/docs/"),
        *("/api/sessions/", "/api/classifiers/", "/api/report-schema/", "/api/schema/"),
        *(f"/api/sessions/{session.uuid}/{rest}" for rest in under_api),
    ]


@pytest.mark.usefixtures("network")
def test_a_stranger_sees_nothing_on_a_network() -> None:
    for path in _private_paths():
        response = Client().get(path)
        if path.startswith("/api/") and path != "/api/docs/":
            assert response.status_code == 401, path
            assert response.headers["WWW-Authenticate"].startswith("Bearer"), path
        else:
            assert response.status_code == 302, path
            assert response.headers["Location"].startswith("/sign-in/?next="), path
        assert "private" in response.headers["Cache-Control"], path


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize("path", OPEN_PATHS)
def test_what_needs_no_sign_in_is_open(path: str) -> None:
    response = Client().get(path)
    response.close()
    assert response.status_code == 200


@pytest.mark.usefixtures("network")
def test_who_is_signed_in_or_brings_a_token_for_reading_reads_everything() -> None:
    alice = _signed_in()
    _, text = make_token(Scope.READ)
    for path in _private_paths():
        expected = 404 if str(UUID(int=1)) in path or "frames/" in path else 200
        assert alice.get(path).status_code == expected, path
        assert Client().get(path, headers=bearer(text)).status_code == expected, path


@pytest.mark.usefixtures("network")
def test_a_token_that_is_wrong_or_for_streaming_reads_nothing() -> None:
    _, streaming = make_token(Scope.STREAM)
    for path in _private_paths():
        wrong = Client().get(path, headers=bearer(new_token()))
        assert wrong.status_code == 401, path
        assert Client().get(path, headers=bearer(streaming)).status_code == 403, path
        assert b"token-refused" in wrong.content, path


def test_where_reading_is_open_strangers_read_and_change_nothing(network: Settings) -> None:
    network.OPEN_READING = True
    for path in _private_paths():
        assert Client().get(path).status_code in (200, 404), path
    session = make_session(SessionState.RUNNING)
    for path in ("/sessions/", f"/sessions/{session.uuid}/stop/"):
        response = Client().post(path)
        assert (response.status_code, response.headers["Location"][:9]) == (302, "/sign-in/")
    for path in ("/api/sessions/", f"/api/sessions/{session.uuid}/stop/"):
        body = {"classifier": "x"}
        assert Client().post(path, body, content_type="application/json").status_code == 401
    session.refresh_from_db()
    assert session.stop_requested_at is None
    assert Session.objects.count() == 2
    page = Client().get("/").content.decode()
    assert "Start a session" not in page
    assert "Sign in" in page


@pytest.mark.usefixtures("network")
def test_the_admin_is_for_staff_alone() -> None:
    for client in (Client(), _signed_in()):
        assert client.get("/admin/").status_code == 302
        assert client.get("/admin/results/session/").status_code == 302
    _, text = make_token()
    response = Client().get("/admin/", headers=bearer(text))
    assert (response.status_code, response.headers["Location"][:13]) == (302, "/admin/login/")
    assert _signed_in("bob", is_staff=True).get("/admin/").status_code == 200


def test_on_this_machine_alone_nobody_is_asked() -> None:
    for path in _private_paths():
        assert Client().get(path).status_code in (200, 404), path
    assert "Sign in" not in Client().get("/").content.decode()
