"""The frame socket of a session."""

from uuid import uuid4

import pytest

from results.errors import AlreadyAttached, IllegalTransition, SessionNotFound
from results.lifecycle import SessionState
from results.services import attach_frames
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_is_noted() -> None:
    session = make_session(SessionState.OPENED)
    assert attach_frames(session_uuid=session.uuid).frames_attached_at is not None


def test_a_second_one_is_refused() -> None:
    session = make_session(SessionState.OPENED)
    attach_frames(session_uuid=session.uuid)
    with pytest.raises(AlreadyAttached):
        attach_frames(session_uuid=session.uuid)


def test_a_session_that_has_one_is_taken_whatever_its_state() -> None:
    with pytest.raises(AlreadyAttached):
        attach_frames(session_uuid=make_session(SessionState.RUNNING).uuid)


@pytest.mark.parametrize("state", [SessionState.REQUESTED, SessionState.STOPPED])
def test_needs_an_opened_session(state: SessionState) -> None:
    session = make_session(state, frames_attached_at=None)
    with pytest.raises(IllegalTransition, match=f"this one is {state}"):
        attach_frames(session_uuid=session.uuid)


def test_needs_a_session() -> None:
    with pytest.raises(SessionNotFound):
        attach_frames(session_uuid=uuid4())
