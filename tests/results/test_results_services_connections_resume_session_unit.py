"""Giving a session to a new socket."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from results.errors import IllegalTransition, SessionNotFound
from results.lifecycle import FINAL_STATES, SessionState
from results.services import interrupt_frames, interrupt_session, resume_session
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db

_UNDER_WAY = (SessionState.OPENED, SessionState.RUNNING, SessionState.FINISHING)


@pytest.mark.parametrize("state", _UNDER_WAY)
def test_ends_the_interruption(state: SessionState) -> None:
    session = make_session(state)
    interrupt_session(session_uuid=session.uuid, connection=1, reason="connection-lost")
    resumed = resume_session(session_uuid=session.uuid)
    assert (resumed.state, resumed.connection, resumed.is_connected) == (state, 2, True)
    assert (resumed.interrupted_at, resumed.interruption_count) == (None, 1)
    (interruption,) = resumed.interruptions
    assert interruption["reason"] == "connection-lost"


def test_counts_from_the_last_sign_of_life_where_nobody_noted_the_break() -> None:
    session = make_session(last_seen_at=timezone.now() - timedelta(minutes=3))
    resumed = resume_session(session_uuid=session.uuid)
    (interruption,) = resumed.interruptions
    assert interruption["reason"] == "unnoticed"
    assert interruption["seconds"] == pytest.approx(180, abs=10)
    assert resumed.interrupted_s == pytest.approx(180, abs=10)
    assert timezone.now() - resumed.last_seen_at < timedelta(seconds=10)


def test_leaves_it_open_until_the_frames_are_back() -> None:
    session = make_session()
    interrupt_frames(session_uuid=session.uuid, frames_connection=1, sent=100, reason="lost")
    interrupt_session(session_uuid=session.uuid, connection=1, reason="lost")
    resumed = resume_session(session_uuid=session.uuid)
    assert resumed.interrupted_at is not None
    assert resumed.interruption_count == 0


def test_waits_for_no_frames_once_all_were_sent() -> None:
    session = make_session(SessionState.FINISHING)
    interrupt_session(session_uuid=session.uuid, connection=1, reason="lost")
    assert resume_session(session_uuid=session.uuid).interrupted_at is None


@pytest.mark.parametrize("state", sorted(FINAL_STATES))
def test_what_is_over_only_changes_hands(state: SessionState) -> None:
    session = make_session(state)
    resumed = resume_session(session_uuid=session.uuid)
    assert (resumed.state, resumed.connection, resumed.interruption_count) == (state, 2, 0)
    assert resumed.last_seen_at == session.last_seen_at


def test_needs_a_session_that_a_client_has() -> None:
    with pytest.raises(IllegalTransition, match="nobody has had yet"):
        resume_session(session_uuid=make_session(SessionState.REQUESTED).uuid)


def test_needs_a_session() -> None:
    with pytest.raises(SessionNotFound):
        resume_session(session_uuid=uuid4())
