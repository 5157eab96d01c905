"""The end of an interruption."""

from datetime import timedelta

from django.utils import timezone

from results.models import Session
from results.services.interruptions import begin_interruption, end_interruption

_NOW = timezone.now()


def test_counts_it_with_its_reason_and_length() -> None:
    session = Session()
    begin_interruption(session, reason="lost", now=_NOW)
    end_interruption(session, now=_NOW + timedelta(seconds=2.5))
    assert (session.interrupted_at, session.interrupted_by) == (None, "")
    assert (session.interruption_count, session.interrupted_s) == (1, 2.5)
    assert session.interruptions[0]["reason"] == "lost"


def test_without_one_nothing_ends() -> None:
    session = Session()
    end_interruption(session, now=_NOW)
    assert (session.interruption_count, session.interruptions) == (0, [])
