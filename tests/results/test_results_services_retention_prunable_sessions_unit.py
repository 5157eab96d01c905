"""results.services.retention.prunable_sessions: what may go, the oldest first."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from results.lifecycle import SessionState
from results.models import Session
from results.services.retention import prunable_sessions
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


def _over(days: int, state: SessionState = SessionState.COMPLETED, **fields: Any) -> Session:
    at = timezone.now() - timedelta(days=days)
    session = make_session(state, finished_at=at, **fields)
    Session.objects.filter(pk=session.pk).update(created_at=at)
    return session


def test_those_that_have_been_over_for_so_long() -> None:
    old, older = _over(31), _over(60)
    _over(29)
    assert list(prunable_sessions(older_than=timedelta(days=30))) == [older, old]


@pytest.mark.parametrize(
    "state", [SessionState.OPENED, SessionState.RUNNING, SessionState.FINISHING]
)
def test_never_one_that_is_not_over(state: SessionState) -> None:
    _over(60, state)
    assert not prunable_sessions()
    assert not prunable_sessions(states=[state])


def test_those_that_ended_so() -> None:
    failed = _over(3, SessionState.FAILED)
    _over(2, SessionState.STOPPED)
    assert list(prunable_sessions(states=[SessionState.FAILED])) == [failed]


def test_all_but_the_newest_of_any_state() -> None:
    oldest, failed = _over(3), _over(2, SessionState.FAILED)
    _over(1)
    assert list(prunable_sessions(keep_newest=1)) == [oldest, failed]
    assert list(prunable_sessions(keep_newest=1, states=[SessionState.FAILED])) == [failed]
    assert not prunable_sessions(keep_newest=3)


def test_not_one_whose_frames_are_being_streamed_again() -> None:
    session = _over(60)
    again = make_session(SessionState.RUNNING, repeats=session)
    assert not prunable_sessions()
    Session.objects.filter(pk=again.pk).update(state=SessionState.FAILED)
    assert session in prunable_sessions()


def test_where_reports_stay_those_that_have_predictions() -> None:
    full, half = _over(4), _over(3, pruned_at=timezone.now())
    pruned = _over(2, pruned_at=timezone.now(), stored=10)
    empty = _over(1)
    for session in (full, half):
        make_predictions(session, make_batch(3))
    assert list(prunable_sessions(keep_reports=True)) == [full, half]
    assert list(prunable_sessions()) == [full, half, pruned, empty]
