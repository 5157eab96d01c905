"""Sessions that end without anybody asking."""

from uuid import uuid4

import pytest
from django.utils import timezone

from results.errors import SessionNotFound
from results.ledger import Loss
from results.lifecycle import FINAL_STATES, SessionState
from results.services import end_stream, fail_session
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", [one for one in SessionState if one not in FINAL_STATES])
def test_what_is_not_over_fails(state: SessionState) -> None:
    session = make_session(state)
    fail_session(session_uuid=session.uuid, error="the client left")
    session.refresh_from_db()
    assert session.state == "failed"
    assert session.error == "the client left"
    assert session.finished_at is not None


def test_frames_that_were_not_sent_are_unsent() -> None:
    session = fail_session(session_uuid=make_session(sent=30).uuid, error="it broke")
    assert session.ledger.losses["unsent"] == (Loss("failed", ((30, 99),)),)
    assert session.stream_ended_at is not None


def test_a_session_that_never_ran_has_no_end_of_stream() -> None:
    session = fail_session(session_uuid=make_session(SessionState.OPENED).uuid, error="it broke")
    assert session.stream_ended_at is None
    assert session.ledger.lost_count("unsent") == 100


def test_what_the_stream_said_of_its_end_stays() -> None:
    session = make_session(sent=30)
    ended = end_stream(session_uuid=session.uuid, sent=30, unsent_reason="stopped")
    failed = fail_session(session_uuid=session.uuid, error="no report came")
    assert failed.ledger.losses["unsent"] == (Loss("stopped", ((30, 99),)),)
    assert failed.stream_ended_at == ended.stream_ended_at


@pytest.mark.parametrize("state", sorted(FINAL_STATES))
def test_what_is_over_stays(state: SessionState) -> None:
    session = fail_session(session_uuid=make_session(state).uuid, error="too late")
    assert session.state == state
    assert session.error == ""


def test_a_socket_that_was_replaced_has_no_say() -> None:
    session = make_session(connection=2)
    assert fail_session(session_uuid=session.uuid, error="x", connection=1).state == "running"
    assert fail_session(session_uuid=session.uuid, error="x", connection=2).state == "failed"


def test_ends_the_interruption() -> None:
    session = make_session(interrupted_at=timezone.now(), interrupted_by="lost")
    failed = fail_session(session_uuid=session.uuid, error="x")
    assert (failed.interrupted_at, failed.interruption_count) == (None, 1)


def test_cuts_an_error_that_is_too_long() -> None:
    session = fail_session(session_uuid=make_session().uuid, error="x" * 99_999)
    assert len(session.error) == 2000


def test_needs_a_session() -> None:
    with pytest.raises(SessionNotFound):
        fail_session(session_uuid=uuid4(), error="it broke")
