"""A session socket that broke."""

from uuid import uuid4

import pytest

from results.errors import SessionNotFound
from results.lifecycle import FINAL_STATES, SessionState
from results.services import interrupt_session, resume_session
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "state", [SessionState.OPENED, SessionState.RUNNING, SessionState.FINISHING]
)
def test_is_noted_and_changes_no_state(state: SessionState) -> None:
    session = make_session(state)
    interrupt_session(session_uuid=session.uuid, connection=1, reason="connection-lost")
    session.refresh_from_db()
    assert (session.state, session.is_connected) == (state, False)
    assert session.interrupted_at is not None
    assert session.interrupted_by == "connection-lost"


def test_the_first_break_counts() -> None:
    session = make_session()
    first = interrupt_session(session_uuid=session.uuid, connection=1, reason="first")
    second = interrupt_session(session_uuid=session.uuid, connection=1, reason="second")
    assert second.interrupted_at == first.interrupted_at
    assert second.interrupted_by == "first"


def test_a_socket_that_was_replaced_has_no_say() -> None:
    session = make_session()
    resume_session(session_uuid=session.uuid)
    late = interrupt_session(session_uuid=session.uuid, connection=1, reason="lost")
    assert (late.interrupted_at, late.is_connected) == (None, True)


@pytest.mark.parametrize("state", sorted(FINAL_STATES))
def test_what_is_over_stays(state: SessionState) -> None:
    session = make_session(state)
    late = interrupt_session(session_uuid=session.uuid, connection=1, reason="lost")
    assert late.interrupted_at is None


def test_needs_a_session() -> None:
    with pytest.raises(SessionNotFound):
        interrupt_session(session_uuid=uuid4(), connection=1, reason="lost")
