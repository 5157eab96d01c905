"""From opened to running."""

from uuid import uuid4

import pytest

from results.errors import ConnectionReplaced, IllegalTransition, SessionNotFound
from results.lifecycle import SessionState
from results.services import attach_frames, start_session
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_runs_from_now_on() -> None:
    session = make_session(SessionState.OPENED)
    attach_frames(session_uuid=session.uuid)
    started = start_session(session_uuid=session.uuid)
    assert started.state == "running"
    assert started.started_at is not None


def test_a_socket_that_was_replaced_has_no_say() -> None:
    session = make_session(SessionState.OPENED, connection=2)
    attach_frames(session_uuid=session.uuid)
    with pytest.raises(ConnectionReplaced):
        start_session(session_uuid=session.uuid, connection=1)
    assert start_session(session_uuid=session.uuid, connection=2).state == "running"


def test_needs_the_frame_socket() -> None:
    session = make_session(SessionState.OPENED)
    with pytest.raises(IllegalTransition, match="after its frame socket has connected"):
        start_session(session_uuid=session.uuid)


@pytest.mark.parametrize("state", [one for one in SessionState if one != SessionState.OPENED])
def test_needs_an_opened_session(state: SessionState) -> None:
    with pytest.raises(IllegalTransition):
        start_session(session_uuid=make_session(state).uuid)


def test_needs_a_session() -> None:
    with pytest.raises(SessionNotFound):
        start_session(session_uuid=uuid4())
