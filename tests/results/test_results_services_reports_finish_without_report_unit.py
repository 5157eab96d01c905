"""Sessions that end without a report."""

from uuid import uuid4

import pytest
from django.utils import timezone

from results.errors import ConnectionReplaced, IllegalTransition, SessionNotFound
from results.ledger import Loss
from results.lifecycle import FINAL_STATES, SessionState
from results.services import finish_without_report
from tests.results.conftest import make_batch, make_predictions, make_report, make_session

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


def test_needs_a_session_that_is_finishing() -> None:
    with pytest.raises(IllegalTransition):
        finish_without_report(session_uuid=make_session(SessionState.RUNNING).uuid)


@pytest.mark.parametrize("state", sorted(FINAL_STATES))
def test_what_ended_without_a_report_stays(state: SessionState) -> None:
    session = make_session(state)
    finished = finish_without_report(session_uuid=session.uuid)
    assert (finished.state, finished.finished_at) == (state, session.finished_at)


def test_what_ended_with_a_report_did_not_end_without() -> None:
    with pytest.raises(IllegalTransition):
        finish_without_report(session_uuid=make_report().session.uuid)


def test_a_socket_that_was_replaced_has_no_say() -> None:
    session = make_session(SessionState.FINISHING, connection=2)
    with pytest.raises(ConnectionReplaced):
        finish_without_report(session_uuid=session.uuid, connection=1)


def test_ends_an_interruption() -> None:
    session = make_session(SessionState.FINISHING, interrupted_at=timezone.now())
    finished = finish_without_report(session_uuid=session.uuid)
    assert (finished.interrupted_at, finished.interruption_count) == (None, 1)


def test_needs_a_session() -> None:
    with pytest.raises(SessionNotFound):
        finish_without_report(session_uuid=uuid4())
