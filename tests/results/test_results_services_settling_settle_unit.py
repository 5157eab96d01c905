"""The account of a session whose client left no report."""

import pytest

from results.ledger import Loss
from results.lifecycle import SessionState
from results.services.settling import settle
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


def test_frames_without_a_prediction_are_lost_and_the_ledger_adds_up() -> None:
    unsent = Loss("failed", ((50, 99),)).as_dict()
    session = make_session(SessionState.FINISHING, sent=50, losses={"unsent": [unsent]})
    make_predictions(session, make_batch(10, start=5))
    settle(session, reason="unaccounted")
    assert session.ledger.losses["lost"] == (Loss("unaccounted", ((0, 4), (15, 49))),)
    assert (session.received, session.analysed, session.stored) == (10, 10, 10)
    assert not session.ledger.differences()


def test_with_every_prediction_stored_nothing_is_lost() -> None:
    session = make_session(SessionState.FINISHING, received=7)
    make_predictions(session, make_batch(100))
    settle(session, reason="unaccounted")
    assert "lost" not in session.losses
    assert session.received == 100
    assert not session.ledger.differences()
