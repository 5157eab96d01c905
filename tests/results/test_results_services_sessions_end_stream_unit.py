"""From running to finishing."""

from uuid import uuid4

import pytest
from django.utils import timezone

from results.errors import ConnectionReplaced, IllegalTransition, SessionNotFound
from results.ledger import Loss
from results.lifecycle import FINAL_STATES, SessionState
from results.services import end_stream
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_with_all_sent_nothing_is_unsent() -> None:
    session = end_stream(session_uuid=make_session().uuid, sent=100, unsent_reason=None)
    session.refresh_from_db()
    assert session.state == "finishing"
    assert session.stream_ended_at is not None
    assert session.ledger.lost_count("unsent") == 0


def test_the_rest_is_unsent_for_the_reason() -> None:
    session = make_session(sent=40)
    end_stream(session_uuid=session.uuid, sent=40, unsent_reason="stopped")
    session.refresh_from_db()
    assert session.ledger.losses["unsent"] == (Loss("stopped", ((40, 99),)),)


def test_a_rest_without_a_reason_has_one() -> None:
    session = end_stream(session_uuid=make_session(sent=0).uuid, sent=0, unsent_reason=None)
    assert session.ledger.losses["unsent"] == (Loss("stream-ended", ((0, 99),)),)


def test_what_was_recorded_as_sent_never_falls() -> None:
    session = make_session(sent=10)
    ended = end_stream(session_uuid=session.uuid, sent=8, unsent_reason="client-left")
    assert ended.sent == 10
    assert ended.ledger.lost_count("unsent") == 90


def test_a_socket_that_was_replaced_has_no_say() -> None:
    session = make_session(frames_connection=2)
    with pytest.raises(ConnectionReplaced):
        end_stream(session_uuid=session.uuid, sent=8, unsent_reason="x", frames_connection=1)
    ended = end_stream(session_uuid=session.uuid, sent=100, unsent_reason=None, frames_connection=2)
    assert ended.state == "finishing"


def test_ends_an_interruption_of_the_frames() -> None:
    session = make_session(interrupted_at=timezone.now(), interrupted_by="lost")
    ended = end_stream(session_uuid=session.uuid, sent=100, unsent_reason=None)
    assert (ended.interrupted_at, ended.interruption_count) == (None, 1)


def test_more_than_announced_cannot_have_left() -> None:
    with pytest.raises(ValueError, match="101 cannot be sent"):
        end_stream(session_uuid=make_session().uuid, sent=101, unsent_reason=None)


def test_a_session_that_has_not_started_fails() -> None:
    session = make_session(SessionState.OPENED)
    ended = end_stream(session_uuid=session.uuid, sent=0, unsent_reason="invalid-field")
    assert (ended.state, ended.error) == ("failed", "no frame was sent: invalid-field")


@pytest.mark.parametrize("state", [SessionState.FINISHING, *sorted(FINAL_STATES)])
def test_what_has_ended_stays(state: SessionState) -> None:
    session = make_session(state)
    ended = end_stream(session_uuid=session.uuid, sent=1, unsent_reason=None)
    assert (ended.state, ended.stream_ended_at) == (state, session.stream_ended_at)


def test_needs_a_client() -> None:
    with pytest.raises(IllegalTransition):
        end_stream(
            session_uuid=make_session(SessionState.REQUESTED).uuid, sent=1, unsent_reason=None
        )


def test_needs_a_session() -> None:
    with pytest.raises(SessionNotFound):
        end_stream(session_uuid=uuid4(), sent=1, unsent_reason=None)
