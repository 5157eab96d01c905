"""Sessions that end without a report."""

from uuid import uuid4

import pytest

from results.errors import IllegalTransition, SessionNotFound
from results.ledger import Loss
from results.lifecycle import SessionState
from results.services import finish_without_report
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


def test_a_session_that_sent_all_is_completed() -> None:
    session = make_session(SessionState.FINISHING)
    make_predictions(session, make_batch(100))
    finish_without_report(session_uuid=session.uuid)
    session.refresh_from_db()
    assert session.state == "completed"
    assert session.finished_at is not None
    assert not session.ledger.differences()


@pytest.mark.parametrize(("stop_reason", "state"), [("user", "stopped"), ("", "failed")])
def test_a_session_that_ended_early_is_stopped_or_failed(stop_reason: str, state: str) -> None:
    unsent = Loss("early", ((60, 99),)).as_dict()
    session = make_session(
        SessionState.FINISHING, sent=60, stop_reason=stop_reason, losses={"unsent": [unsent]}
    )
    make_predictions(session, make_batch(50))
    finished = finish_without_report(session_uuid=session.uuid)
    assert finished.state == state
    assert finished.ledger.losses["lost"] == (Loss("unaccounted", ((50, 59),)),)
    assert not finished.ledger.differences()


@pytest.mark.parametrize(
    "state", [SessionState.RUNNING, SessionState.COMPLETED, SessionState.FAILED]
)
def test_needs_a_session_that_is_finishing(state: SessionState) -> None:
    with pytest.raises(IllegalTransition):
        finish_without_report(session_uuid=make_session(state).uuid)


def test_needs_a_session() -> None:
    with pytest.raises(SessionNotFound):
        finish_without_report(session_uuid=uuid4())
