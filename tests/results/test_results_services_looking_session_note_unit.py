"""results.services.looking.SessionNote."""

import pytest

from results.lifecycle import SessionState
from results.services import SessionNote
from results.services.counts import read_counts
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("state", "received", "expected"),
    [
        pytest.param(SessionState.RUNNING, 7, 7, id="runs"),
        pytest.param(SessionState.FINISHING, 7, 7, id="finishes"),
        pytest.param(SessionState.RUNNING, 2, 4, id="never falls"),
        pytest.param(SessionState.RUNNING, 2**80, 100, id="more than were announced"),
        pytest.param(SessionState.COMPLETED, 7, 4, id="is over"),
    ],
)
def test_takes_the_client_s_counts(state: SessionState, received: int, expected: int) -> None:
    session = make_session(state, received=4, analysed=4, connection=1)
    (counts,) = read_counts([session.uuid]).values()
    note = SessionNote(session.uuid, 1, received=received, analysed=0, is_client_seen=True)
    assert note.apply_to(counts)
    assert (counts.received, counts.analysed, counts.is_client_seen) == (expected, 4, True)


def test_a_socket_that_was_replaced_says_nothing() -> None:
    session = make_session(connection=2)
    (counts,) = read_counts([session.uuid]).values()
    note = SessionNote(session.uuid, 1, received=9, analysed=9, is_client_seen=True)
    assert not note.apply_to(counts)
    assert (counts.received, counts.is_client_seen) == (0, False)
