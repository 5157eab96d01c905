"""results.services.pulses: the counts of running sessions, noted once a second."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from results.lifecycle import SessionState
from results.models import SessionPulse
from results.pulses import SLOTS
from results.services import drop_pulses
from results.services.counts import read_counts
from results.services.pulses import note_pulses
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def test_notes_the_counts_of_those_under_way() -> None:
    running = make_session(sent=7, received=5, analysed=4, stored=3)
    over = make_session(SessionState.COMPLETED)
    note_pulses(read_counts([running.pk, over.pk]).values(), now=NOON)
    pulse = SessionPulse.objects.get()
    assert pulse.session == running
    assert (pulse.sent, pulse.received, pulse.analysed, pulse.stored) == (7, 5, 4, 3)
    assert pulse.second == NOON.timestamp()


def test_once_a_second_and_in_no_more_rows_than_there_are_slots(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    sessions = [make_session(), make_session()]
    counts = read_counts([session.pk for session in sessions]).values()
    for tenth in range(10 * (SLOTS + 5)):
        note_pulses(counts, now=NOON + timedelta(seconds=tenth / 10))
    assert SessionPulse.objects.count() == 2 * SLOTS
    kept = sessions[0].pulses.values_list("second", flat=True)
    first = int(NOON.timestamp())
    assert list(kept) == list(range(first + 5, first + SLOTS + 5))
    with django_assert_num_queries(0):
        note_pulses(counts, now=NOON + timedelta(seconds=SLOTS + 4.99))
    with django_assert_num_queries(1):
        note_pulses(counts, now=NOON + timedelta(seconds=SLOTS + 5))


def test_what_is_left_of_sessions_that_are_over_is_deleted() -> None:
    session, other = make_session(), make_session()
    note_pulses(read_counts([session.pk, other.pk]).values(), now=NOON)
    session.state = SessionState.FAILED
    session.save()
    assert drop_pulses() == 1
    assert SessionPulse.objects.get().session == other
