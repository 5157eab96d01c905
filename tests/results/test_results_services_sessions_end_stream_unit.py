"""From running to finishing."""

from uuid import uuid4

import pytest

from results.errors import IllegalTransition, SessionNotFound
from results.ledger import Loss
from results.lifecycle import SessionState
from results.services import end_stream
from tests.results.conftest import make_batch, make_predictions, make_session

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


@pytest.mark.parametrize(
    ("predicted", "expected"),
    [
        pytest.param(0, 8, id="as-it-was"),
        pytest.param(5, 8, id="predicted-below"),
        pytest.param(9, 9, id="predicted-beyond"),
    ],
)
def test_fewer_than_recorded_may_have_left(predicted: int, expected: int) -> None:
    session = make_session(sent=10)
    make_predictions(session, make_batch(predicted))
    ended = end_stream(session_uuid=session.uuid, sent=8, unsent_reason="client-left")
    assert ended.sent == expected
    assert ended.ledger.lost_count("unsent") == 100 - expected


def test_more_than_announced_cannot_have_left() -> None:
    with pytest.raises(ValueError, match="101 cannot be sent"):
        end_stream(session_uuid=make_session().uuid, sent=101, unsent_reason=None)


@pytest.mark.parametrize("state", [SessionState.OPENED, SessionState.FINISHING])
def test_needs_a_running_session(state: SessionState) -> None:
    with pytest.raises(IllegalTransition):
        end_stream(session_uuid=make_session(state).uuid, sent=1, unsent_reason=None)


def test_needs_a_session() -> None:
    with pytest.raises(SessionNotFound):
        end_stream(session_uuid=uuid4(), sent=1, unsent_reason=None)
