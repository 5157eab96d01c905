"""results.profiles.DriftWatch: a session is counted once a second, however many watch it."""

import pytest
from pytest_django import DjangoAssertNumQueries

from results import profiles
from results.lifecycle import SessionState
from results.models import Session
from results.profiles import DriftWatch
from tests.results.conftest import (
    make_baseline,
    make_batch,
    make_classifier,
    make_predictions,
    make_session,
)

pytestmark = pytest.mark.django_db


def _session() -> Session:
    session = make_session(classifier=make_classifier(card={"baseline": make_baseline()}))
    make_predictions(session, make_batch(60))
    return session


def test_counts_again_after_a_second(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    now = 100.0
    watch, session = DriftWatch(lambda: now), _session()
    first = watch.of(session)
    assert first is not None and first.frames == 60
    make_predictions(session, make_batch(10, start=60))
    now += 0.9
    with django_assert_num_queries(0):
        assert watch.of(session) == first
    now += 0.2
    later = watch.of(session)
    assert later is not None and later.frames == 70


def test_what_is_over_is_always_as_it_is_stored() -> None:
    watch, session = DriftWatch(lambda: 1.0), _session()
    watch.of(session)
    session.state = SessionState.FAILED
    make_predictions(session, make_batch(10, start=60))
    found = watch.of(session)
    assert found is not None and found.frames == 70


def test_forgets_those_that_were_watched_longest_ago(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(profiles, "MOST_WATCHED", 1)
    watch, sessions = DriftWatch(lambda: 1.0), [_session(), _session()]
    for session in sessions:
        watch.of(session)
    with django_assert_num_queries(0):
        watch.of(sessions[1])
    with django_assert_num_queries(2):
        watch.of(sessions[0])
