"""Giving a session's frames to a new socket."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from results.errors import IllegalTransition, InvalidRequest, SessionNotFound
from results.lifecycle import SessionState
from results.services import attach_frames, interrupt_frames, interrupt_session, resume_session
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db

_ATTACHABLE = (SessionState.OPENED, SessionState.RUNNING, SessionState.FINISHING)


def test_is_noted() -> None:
    session = attach_frames(session_uuid=make_session(SessionState.OPENED).uuid)
    assert session.frames_attached_at is not None
    assert (session.frames_connection, session.interruption_count) == (1, 0)


@pytest.mark.parametrize("state", _ATTACHABLE)
def test_the_newest_has_the_frames(state: SessionState) -> None:
    session = make_session(state, frames_connection=7)
    assert attach_frames(session_uuid=session.uuid).frames_connection == 8


def test_what_the_client_received_was_sent() -> None:
    session = make_session(sent=30)
    assert attach_frames(session_uuid=session.uuid, first=20).sent == 30
    assert attach_frames(session_uuid=session.uuid, first=40).sent == 40
    session.refresh_from_db()
    assert session.sent == 40


@pytest.mark.parametrize(
    ("state", "first", "limit"),
    [
        pytest.param(SessionState.OPENED, 1, 0, id="nothing-was-sent"),
        pytest.param(SessionState.RUNNING, 101, 100, id="nothing-more-was-announced"),
        pytest.param(SessionState.FINISHING, 31, 30, id="nothing-more-was-sent"),
    ],
)
def test_no_more_can_have_come(state: SessionState, first: int, limit: int) -> None:
    session = make_session(state, sent=0 if state == SessionState.OPENED else 30)
    with pytest.raises(InvalidRequest, match=f"^next must be at most {limit}, got {first}$"):
        attach_frames(session_uuid=session.uuid, first=first)


def test_ends_the_interruption_of_the_frames() -> None:
    session = make_session()
    interrupt_frames(session_uuid=session.uuid, frames_connection=1, sent=100, reason="lost")
    attached = attach_frames(session_uuid=session.uuid)
    assert (attached.interrupted_at, attached.interruption_count) == (None, 1)
    assert attached.interruptions[0]["reason"] == "lost"


def test_leaves_an_interruption_open_while_the_session_itself_is_away() -> None:
    session = make_session()
    interrupt_session(session_uuid=session.uuid, connection=1, reason="lost")
    assert attach_frames(session_uuid=session.uuid).interrupted_at is not None
    assert resume_session(session_uuid=session.uuid).interruption_count == 1


def test_a_socket_that_was_replaced_before_it_broke_is_an_interruption() -> None:
    seen_at = timezone.now() - timedelta(seconds=30)
    session = make_session(last_seen_at=seen_at)
    attached = attach_frames(session_uuid=session.uuid)
    assert attached.interruption_count == 1
    assert attached.interrupted_s == pytest.approx(30, abs=5)
    assert attached.interruptions[0]["reason"] == "unnoticed"


def test_frames_that_come_back_after_the_session_are_one_interruption_with_it() -> None:
    session = make_session()
    resume_session(session_uuid=session.uuid)
    assert attach_frames(session_uuid=session.uuid).interruption_count == 1
    # And the next break of the frames is another one.
    assert attach_frames(session_uuid=session.uuid).interruption_count == 2


@pytest.mark.parametrize("state", [one for one in SessionState if one not in _ATTACHABLE])
def test_needs_a_session_that_is_under_way(state: SessionState) -> None:
    session = make_session(state)
    with pytest.raises(IllegalTransition, match=f"this one is {state}"):
        attach_frames(session_uuid=session.uuid)


def test_needs_a_session() -> None:
    with pytest.raises(SessionNotFound):
        attach_frames(session_uuid=uuid4())
