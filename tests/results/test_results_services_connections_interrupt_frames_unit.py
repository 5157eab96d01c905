"""A frames socket that broke."""

from uuid import uuid4

import pytest

from results.errors import SessionNotFound
from results.ledger import Loss
from results.lifecycle import SessionState
from results.services import attach_frames, interrupt_frames, request_stop
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_is_noted_with_the_exact_count() -> None:
    session = make_session(sent=30)
    interrupt_frames(session_uuid=session.uuid, frames_connection=1, sent=42, reason="lost")
    session.refresh_from_db()
    assert (session.state, session.sent, session.frames_seen_at) == ("running", 42, None)
    assert session.interrupted_at is not None
    assert session.is_connected


def test_what_was_recorded_as_sent_never_falls() -> None:
    session = make_session(sent=30)
    late = interrupt_frames(session_uuid=session.uuid, frames_connection=1, sent=5, reason="lost")
    assert late.sent == 30


def test_a_stop_that_was_asked_for_ends_the_stream() -> None:
    session = make_session(sent=30)
    request_stop(session_uuid=session.uuid, reason="user")
    ended = interrupt_frames(session_uuid=session.uuid, frames_connection=1, sent=40, reason="lost")
    assert (ended.state, ended.sent, ended.interrupted_at) == ("finishing", 40, None)
    assert ended.ledger.losses["unsent"] == (Loss("user", ((40, 99),)),)


def test_before_the_start_it_is_an_interruption_as_well() -> None:
    session = make_session(SessionState.OPENED)
    attach_frames(session_uuid=session.uuid)
    lost = interrupt_frames(session_uuid=session.uuid, frames_connection=1, sent=0, reason="lost")
    assert (lost.state, lost.interrupted_by) == ("opened", "lost")


@pytest.mark.parametrize("state", [SessionState.FINISHING, SessionState.FAILED])
def test_after_the_stream_it_is_none(state: SessionState) -> None:
    session = make_session(state)
    late = interrupt_frames(session_uuid=session.uuid, frames_connection=1, sent=9, reason="lost")
    assert (late.state, late.sent, late.interrupted_at) == (state, 100, None)


def test_a_socket_that_was_replaced_has_no_say() -> None:
    session = make_session(sent=30, frames_connection=2)
    late = interrupt_frames(session_uuid=session.uuid, frames_connection=1, sent=42, reason="lost")
    assert (late.sent, late.interrupted_at) == (30, None)


def test_needs_a_session() -> None:
    with pytest.raises(SessionNotFound):
        interrupt_frames(session_uuid=uuid4(), frames_connection=1, sent=0, reason="lost")
