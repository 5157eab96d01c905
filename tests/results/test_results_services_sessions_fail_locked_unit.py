"""Failing a session that is locked already."""

import pytest
from django.db import transaction

from results.errors import IllegalTransition
from results.ledger import Loss
from results.lifecycle import SessionState
from results.services.sessions import fail_locked, lock_session
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_says_why_frames_were_not_sent() -> None:
    session = make_session(sent=30)
    with transaction.atomic():
        fail_locked(lock_session(session.uuid), error="gone", unsent_reason="expired")
    session.refresh_from_db()
    assert (session.state, session.error) == ("failed", "gone")
    assert session.ledger.losses["unsent"] == (Loss("expired", ((30, 99),)),)
    assert not session.ledger.differences()


def test_needs_a_session_that_is_not_over() -> None:
    session = make_session(SessionState.COMPLETED)
    with pytest.raises(IllegalTransition):
        fail_locked(session, error="gone", unsent_reason="expired")
