"""What a server process left unfinished."""

import pytest

from results import selectors
from results.lifecycle import FINAL_STATES, SessionState
from results.services import fail_abandoned_sessions, worker_connected
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_fails_what_is_not_over_and_leaves_the_rest() -> None:
    sessions = {state: make_session(state) for state in SessionState}
    worker_connected(client="analyze 1", classifiers=[])
    failed = fail_abandoned_sessions(error="the server ended")
    assert failed == len(SessionState) - len(FINAL_STATES)
    for state, session in sessions.items():
        session.refresh_from_db()
        assert session.state == (state if state in FINAL_STATES else SessionState.FAILED)
    assert not selectors.live_workers().exists()
