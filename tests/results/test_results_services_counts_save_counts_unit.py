"""results.services.counts.save_counts."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from results.models import Session
from results.services.counts import read_counts, save_counts
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_writes_many_sessions_in_one_statement(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    earlier = timezone.now() - timedelta(minutes=1)
    sessions = [make_session(last_seen_at=earlier, frames_seen_at=earlier) for _ in range(5)]
    untouched = make_session(last_seen_at=earlier)
    before = Session.objects.filter(pk=untouched.pk).values().get()
    counts = read_counts([each.uuid for each in sessions])
    for number, each in enumerate(counts.values()):
        each.stored, each.received, each.analysed, each.sent = number, 10, 9, 50 + number
        each.is_client_seen, each.is_streamed = number % 2 == 0, number > 2
    now = timezone.now()
    with django_assert_num_queries(1):
        save_counts(counts.values(), now=now)
    for uuid, each in counts.items():
        session = Session.objects.get(pk=uuid)
        assert (session.stored, session.sent) == (each.stored, each.sent)
        assert (session.received, session.analysed) == (10, 9)
        assert session.last_seen_at == (now if each.is_client_seen else earlier)
        assert session.frames_seen_at == (now if each.is_streamed else earlier)
    assert Session.objects.filter(pk=untouched.pk).values().get() == before


def test_nothing_is_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        save_counts([], now=timezone.now())
