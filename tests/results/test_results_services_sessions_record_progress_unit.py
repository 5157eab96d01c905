"""The client's running counts."""

from uuid import uuid4

import pytest

from results.lifecycle import SessionState
from results.services import record_progress
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("received", "analysed", "expected"),
    [
        pytest.param(7, 5, (7, 5), id="rises"),
        pytest.param(1, 6, (3, 6), id="never-falls"),
        pytest.param(2**80, 101, (100, 100), id="never-passes-what-was-announced"),
        pytest.param(-1, -1, (3, 2), id="negative"),
    ],
)
def test_follows_the_client(received: int, analysed: int, expected: tuple[int, int]) -> None:
    session = make_session(received=3, analysed=2)
    record_progress(session_uuid=session.uuid, received=received, analysed=analysed)
    session.refresh_from_db()
    assert (session.received, session.analysed) == expected


def test_leaves_a_session_that_is_over_alone() -> None:
    session = make_session(SessionState.FAILED)
    record_progress(session_uuid=session.uuid, received=9, analysed=9)
    session.refresh_from_db()
    assert session.received == 0


def test_an_unknown_session_is_no_error() -> None:
    record_progress(session_uuid=uuid4(), received=9, analysed=9)
