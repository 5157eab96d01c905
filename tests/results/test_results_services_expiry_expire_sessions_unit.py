"""Sessions that nobody comes back for."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from results.ledger import Loss
from results.lifecycle import FINAL_STATES, SessionState
from results.models import Session
from results.services import expire_sessions, worker_connected
from tests.results.conftest import make_batch, make_classifier, make_predictions, make_session

pytestmark = pytest.mark.django_db

AFTER = timedelta(minutes=10)


def _silent(state: SessionState = SessionState.RUNNING, **fields: Any) -> Session:
    return make_session(state, last_seen_at=timezone.now() - timedelta(minutes=11), **fields)


@pytest.mark.parametrize(
    "state", [SessionState.OPENED, SessionState.RUNNING, SessionState.FINISHING]
)
def test_fail_after_the_time_without_a_sign_of_life(state: SessionState) -> None:
    silent, lively = _silent(state), make_session(state)
    assert expire_sessions(older_than=AFTER) == [silent.uuid]
    silent.refresh_from_db()
    lively.refresh_from_db()
    assert (silent.state, silent.error) == ("failed", "no sign of life for 600 s")
    assert lively.state == state


def test_keep_what_is_stored_and_add_up() -> None:
    session = _silent(sent=30)
    make_predictions(session, make_batch(20))
    expire_sessions(older_than=AFTER)
    session.refresh_from_db()
    ledger = session.ledger
    assert (ledger.received, ledger.stored) == (20, 20)
    assert ledger.losses["lost"] == (Loss("unaccounted", ((20, 29),)),)
    assert ledger.losses["unsent"] == (Loss("expired", ((30, 99),)),)
    assert not ledger.differences()


def test_end_their_interruption() -> None:
    since = timezone.now() - timedelta(minutes=11)
    session = _silent(interrupted_at=since, interrupted_by="lost")
    expire_sessions(older_than=AFTER)
    session.refresh_from_db()
    assert (session.interrupted_at, session.interruption_count) == (None, 1)


@pytest.mark.parametrize("state", sorted(FINAL_STATES))
def test_that_are_over_stay(state: SessionState) -> None:
    _silent(state)
    assert not expire_sessions(older_than=AFTER)


def test_that_wait_live_as_long_as_somebody_offers_their_classifier() -> None:
    offered, wanted = make_classifier(), make_classifier()
    worker_connected(client="analyze 1", classifiers=[offered])
    waiting = _silent(SessionState.REQUESTED, classifier=offered)
    hopeless = _silent(SessionState.REQUESTED, classifier=wanted)
    assert expire_sessions(older_than=AFTER) == [hopeless.uuid]
    hopeless.refresh_from_db()
    waiting.refresh_from_db()
    assert hopeless.error == "nobody offered its classifier for 600 s"
    assert waiting.state == "requested"
    assert timezone.now() - waiting.last_seen_at < AFTER
