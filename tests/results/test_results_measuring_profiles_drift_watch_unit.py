"""results.measuring.profiles.DriftWatch: a session counts once a second, however many watch."""

import pytest
from django.db import OperationalError
from pytest_django import DjangoAssertNumQueries

from results.lifecycle import SessionState
from results.measuring import profiles
from results.measuring.profiles import DriftWatch, Look
from results.models import Session
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


def _frames(look: Look) -> int | None:
    return None if look.drift is None else look.drift.frames


def test_counts_again_after_a_second(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    now = 100.0
    watch, session = DriftWatch(lambda: now), _session()
    first = watch.of(session)
    assert _frames(first) == 60
    make_predictions(session, make_batch(10, start=60))
    now += 0.9
    with django_assert_num_queries(0):
        assert watch.of(session) is first
    now += 0.2
    assert _frames(watch.of(session)) == 70


def test_after_a_long_look_it_rests_as_many_times_as_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    watch, session, looked = DriftWatch(lambda: now), _session(), profiles.look

    def slow_look(of: Session) -> Look:
        nonlocal now
        now += 2.0
        return looked(of)

    monkeypatch.setattr(profiles, "look", slow_look)
    first = watch.of(session)
    now += 2.0 * profiles.REST_FACTOR - 0.1
    assert watch.of(session) is first
    now += 0.2
    assert watch.of(session) is not first


def test_while_one_looks_the_others_are_told_what_was_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    watch, session, looked = DriftWatch(lambda: now), _session(), profiles.look
    first = watch.of(session)
    told = []

    def look_beside_another(of: Session) -> Look:
        told.append(watch.of(session))
        return looked(of)

    monkeypatch.setattr(profiles, "look", look_beside_another)
    now += 1.5
    assert watch.of(session) is not first
    assert len(told) == 1 and told[0] is first


def test_a_look_that_fails_is_taken_again(monkeypatch: pytest.MonkeyPatch) -> None:
    watch, session, looked = DriftWatch(lambda: 1.0), _session(), profiles.look

    def fail(of: Session) -> Look:
        raise OperationalError(f"the database is away from {of.pk}")

    monkeypatch.setattr(profiles, "look", fail)
    with pytest.raises(OperationalError):
        watch.of(session)
    monkeypatch.setattr(profiles, "look", looked)
    assert _frames(watch.of(session)) == 60


def test_what_is_over_is_always_as_it_is_stored() -> None:
    watch, session = DriftWatch(lambda: 1.0), _session()
    watch.of(session)
    session.state = SessionState.FAILED
    make_predictions(session, make_batch(10, start=60))
    assert _frames(watch.of(session)) == 70


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
