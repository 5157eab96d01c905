"""results.api.asking.stop_session: the one way to stop a session from outside."""

import uuid

import pytest
from django.contrib.auth import get_user_model
from pytest_django import Settings

from access.roles import Visitor
from results.api.problems import NotTheOwner
from results.api.asking import stop_session
from results.errors import SessionNotFound
from tests.results.conftest import make_session
from tests.results.offers import listen_for_rings

pytestmark = pytest.mark.django_db

STRANGER = Visitor(address="192.0.2.1")


def test_notes_the_reason_and_rings(monkeypatch: pytest.MonkeyPatch) -> None:
    session, rung = make_session(), listen_for_rings(monkeypatch)
    assert stop_session(session.uuid, visitor=STRANGER, reason="browser").stop_reason == "browser"
    assert rung == [session.uuid]


def test_an_unknown_session_is_an_error() -> None:
    with pytest.raises(SessionNotFound):
        stop_session(uuid.uuid4(), visitor=STRANGER, reason="rest")


def test_on_a_network_others_cannot(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ACCESS = "network"
    alice, bob = (get_user_model().objects.create_user(name) for name in ("alice", "bob"))
    session, rung = make_session(started_by=alice), listen_for_rings(monkeypatch)
    for visitor in (STRANGER, Visitor(address="192.0.2.1", user_id=bob.pk)):
        with pytest.raises(NotTheOwner):
            stop_session(session.uuid, visitor=visitor, reason="browser")
    session.refresh_from_db()
    assert session.stop_requested_at is None and not rung
    stopped = stop_session(
        session.uuid, visitor=Visitor(address="192.0.2.1", user_id=alice.pk), reason="browser"
    )
    assert stopped.stop_reason == "browser"
