"""results.api.views.stop_session: the one way to stop a session from outside."""

import uuid

import pytest

from results.api.views import stop_session
from results.errors import SessionNotFound
from tests.results.conftest import make_session
from tests.results.offers import listen_for_rings

pytestmark = pytest.mark.django_db


def test_notes_the_reason_and_rings(monkeypatch: pytest.MonkeyPatch) -> None:
    session, rung = make_session(), listen_for_rings(monkeypatch)
    assert stop_session(session.uuid, reason="browser").stop_reason == "browser"
    assert rung == [session.uuid]


def test_an_unknown_session_is_an_error() -> None:
    with pytest.raises(SessionNotFound):
        stop_session(uuid.uuid4(), reason="rest")
