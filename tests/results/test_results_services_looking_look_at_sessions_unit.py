"""results.services.looking.look_at_sessions."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from results.services import FramesNote, SessionNote, look_at_sessions
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_gives_those_that_there_are() -> None:
    session, missing = make_session(), uuid4()
    assert set(look_at_sessions([session.uuid, missing])) == {session.uuid}
    note = FramesNote(missing, 1, 1, True)
    assert set(look_at_sessions([session.uuid, missing], [note])) == {session.uuid}


def test_writes_what_was_seen_on_both_sockets() -> None:
    earlier = timezone.now() - timedelta(minutes=1)
    session = make_session(
        sent=5, connection=1, frames_connection=1, frames_seen_at=earlier, last_seen_at=earlier
    )
    found = look_at_sessions(
        [session.uuid],
        [
            FramesNote(session.uuid, 1, 30, is_client_seen=False),
            SessionNote(session.uuid, 1, received=20, analysed=10, is_client_seen=True),
        ],
    )
    session.refresh_from_db()
    assert found[session.uuid].sent == session.sent == 30
    assert (session.received, session.analysed) == (20, 10)
    assert session.last_seen_at > earlier
    assert session.frames_seen_at is not None and session.frames_seen_at > earlier


def test_many_sessions_take_no_more_queries_than_one(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    sessions = [make_session(sent=0, frames_connection=1) for _ in range(40)]
    notes = [FramesNote(each.uuid, 1, 3, True) for each in sessions]
    # Locked, written, noted for the charts, in a transaction.
    with django_assert_max_num_queries(5):
        found = look_at_sessions([each.uuid for each in sessions], notes)
    assert [each.sent for each in found.values()] == [3] * 40
