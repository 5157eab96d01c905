"""Asking a session to end early."""

from uuid import uuid4

import pytest
from django.utils import timezone

from results.errors import ConnectionReplaced, SessionNotFound
from results.ledger import Loss
from results.lifecycle import SessionState
from results.models import STOP_REASON_LENGTH
from results.services import request_stop
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", [SessionState.REQUESTED, SessionState.OPENED])
def test_what_has_not_started_stops_at_once(state: SessionState) -> None:
    session = make_session(state)
    request_stop(session_uuid=session.uuid, reason="user")
    session.refresh_from_db()
    assert session.state == "stopped"
    assert session.finished_at is not None
    assert session.stop_reason == "user"
    assert session.ledger.losses["unsent"] == (Loss("user", ((0, 99),)),)
    assert not session.ledger.differences()


def test_a_running_session_is_marked_and_the_first_reason_stays() -> None:
    session = make_session()
    first = request_stop(session_uuid=session.uuid, reason="user")
    assert first.state == "running"
    assert first.stop_requested_at is not None
    second = request_stop(session_uuid=session.uuid, reason="client")
    assert second.stop_reason == "user"
    assert second.stop_requested_at == first.stop_requested_at


def test_ends_a_stream_that_nobody_sends() -> None:
    session = make_session(sent=40, frames_seen_at=None, interrupted_at=timezone.now())
    stopped = request_stop(session_uuid=session.uuid, reason="user")
    assert (stopped.state, stopped.interrupted_at) == ("finishing", None)
    assert stopped.ledger.losses["unsent"] == (Loss("user", ((40, 99),)),)


def test_ends_the_interruption_of_what_stops_at_once() -> None:
    session = make_session(SessionState.OPENED, interrupted_at=timezone.now())
    stopped = request_stop(session_uuid=session.uuid, reason="user")
    assert (stopped.interrupted_at, stopped.interruption_count) == (None, 1)


def test_a_socket_that_was_replaced_has_no_say() -> None:
    with pytest.raises(ConnectionReplaced):
        request_stop(session_uuid=make_session().uuid, reason="client", connection=0)


@pytest.mark.parametrize(
    "state", [one for one in SessionState if one not in ("requested", "opened", "running")]
)
def test_what_is_finishing_or_over_stays(state: SessionState) -> None:
    session = request_stop(session_uuid=make_session(state).uuid, reason="user")
    assert session.state == state
    assert session.stop_requested_at is None


def test_cuts_a_reason_that_is_too_long() -> None:
    session = request_stop(session_uuid=make_session().uuid, reason="x" * 999)
    assert session.stop_reason == "x" * STOP_REASON_LENGTH


def test_needs_a_session() -> None:
    with pytest.raises(SessionNotFound):
        request_stop(session_uuid=uuid4(), reason="user")
