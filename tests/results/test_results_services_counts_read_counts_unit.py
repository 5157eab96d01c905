"""results.services.counts.read_counts."""

from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from results.services.counts import read_counts
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_reads_many_sessions_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    sessions = {session.uuid: session for session in (make_session(sent=n) for n in range(4))}
    with django_assert_num_queries(1):
        found = read_counts([*sessions, uuid4()])
    assert {uuid: each.sent for uuid, each in found.items()} == {
        uuid: session.sent for uuid, session in sessions.items()
    }
