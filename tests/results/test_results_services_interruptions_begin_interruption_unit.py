"""The begin of an interruption."""

from datetime import timedelta

from django.utils import timezone

from results.models import INTERRUPTION_REASON_LENGTH, Session
from results.services.interruptions import begin_interruption

_NOW = timezone.now()


def test_is_noted_with_its_reason() -> None:
    session = Session()
    begin_interruption(session, reason="lost", now=_NOW)
    assert (session.interrupted_at, session.interrupted_by) == (_NOW, "lost")


def test_one_under_way_goes_on_as_it_began() -> None:
    session = Session()
    begin_interruption(session, reason="first", now=_NOW)
    begin_interruption(session, reason="second", now=_NOW + timedelta(seconds=1))
    assert (session.interrupted_at, session.interrupted_by) == (_NOW, "first")


def test_cuts_a_reason_that_is_too_long() -> None:
    session = Session()
    begin_interruption(session, reason="x" * 999, now=_NOW)
    assert len(session.interrupted_by) == INTERRUPTION_REASON_LENGTH
