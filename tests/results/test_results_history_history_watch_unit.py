"""results.history: the last minute of a session from the database."""

import pytest
from pytest_django import DjangoAssertNumQueries

from results.history import INTERVAL_S, HistoryWatch, history
from results.models import Session, SessionPulse
from results.pulses import SHOWN_S
from results.selectors import get_session
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


def _pulsed(seconds: int, fps: int) -> Session:
    session = make_session(announced=2000)
    SessionPulse.objects.bulk_create(
        SessionPulse(
            session=session,
            slot=second,
            second=1000 + second,
            **dict.fromkeys(("sent", "received", "analysed", "stored"), second * fps),
        )
        for second in range(seconds + 1)
    )
    return session


def test_tells_classes_and_rates_of_each_second_in_two_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    session = _pulsed(SHOWN_S + 10, 20)
    batch = make_batch((SHOWN_S + 10) * 20)
    make_predictions(session, batch)
    make_predictions(make_session(), make_batch(20, seed=1))
    session = get_session(session.pk)
    with django_assert_num_queries(2):
        found = history(session)
    assert len(found) == SHOWN_S
    assert {step["sent_fps"] for step in found} == {20.0}
    assert {step["frames"] for step in found} == {16}
    first = [int(10 * 20 + 20 * index / 16) for index in range(16)]
    said = batch.class_ids[first].tolist()
    assert found[0]["class_counts"] == [said.count(class_id) for class_id in range(10)]


def test_before_it_runs_there_is_none(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    session = get_session(make_session().pk)
    with django_assert_num_queries(1):
        assert history(session) == []


def test_many_who_look_read_it_once_a_second(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    session = get_session(_pulsed(3, 1).pk)
    clock = [50.0]
    watch = HistoryWatch(lambda: clock[0])
    with django_assert_num_queries(2):
        seen = watch.of(session)
        assert watch.of(session) is seen
        clock[0] += INTERVAL_S * 0.9
        assert watch.of(session) is seen
    clock[0] += INTERVAL_S
    with django_assert_num_queries(2):
        assert watch.of(session) == seen
