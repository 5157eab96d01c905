"""The count of sent frames."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from results.errors import ConnectionReplaced, IllegalTransition, SessionNotFound
from results.lifecycle import SessionState
from results.services import record_sent
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_rises_and_never_falls(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    session = make_session(sent=0)
    for sent, expected in [(5, 5), (3, 5), (100, 100)]:
        with django_assert_num_queries(1):
            record_sent(session_uuid=session.uuid, sent=sent)
        session.refresh_from_db()
        assert session.sent == expected


def test_notes_that_it_is_streamed_and_that_the_client_was_heard_of() -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    session = make_session(frames_seen_at=long_ago, last_seen_at=long_ago)
    record_sent(session_uuid=session.uuid, sent=1, frames_connection=1)
    session.refresh_from_db()
    assert session.frames_seen_at is not None and session.frames_seen_at > long_ago
    assert session.last_seen_at == long_ago
    record_sent(session_uuid=session.uuid, sent=1, frames_connection=1, client_seen=True)
    session.refresh_from_db()
    assert session.last_seen_at > long_ago


def test_a_socket_that_was_replaced_has_no_say() -> None:
    session = make_session(sent=5, frames_connection=3)
    with pytest.raises(ConnectionReplaced):
        record_sent(session_uuid=session.uuid, sent=9, frames_connection=2)
    session.refresh_from_db()
    assert session.sent == 5


def test_never_passes_what_was_announced() -> None:
    session = make_session(sent=0)
    with pytest.raises(ValueError, match="100 frames were announced, 101 cannot be sent"):
        record_sent(session_uuid=session.uuid, sent=101)


@pytest.mark.parametrize("state", [SessionState.OPENED, SessionState.FINISHING])
def test_needs_a_running_session(state: SessionState) -> None:
    session = make_session(state, sent=8)
    with pytest.raises(IllegalTransition, match=f"this one is {state}"):
        record_sent(session_uuid=session.uuid, sent=9)


def test_what_is_known_already_is_no_matter_of_state() -> None:
    session = make_session(SessionState.FINISHING, sent=8)
    record_sent(session_uuid=session.uuid, sent=8)


def test_needs_a_session() -> None:
    with pytest.raises(SessionNotFound):
        record_sent(session_uuid=uuid4(), sent=1)
