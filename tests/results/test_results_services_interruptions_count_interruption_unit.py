"""Counting interruptions."""

from datetime import timedelta

from django.utils import timezone

from results.models import Session
from results.services.interruptions import MAX_LISTED, count_interruption

_NOW = timezone.now()


def test_adds_up_and_lists_each() -> None:
    session = Session()
    for seconds in (1, 2.5):
        until = _NOW + timedelta(seconds=seconds)
        count_interruption(session, since=_NOW, until=until, reason="lost")
    assert (session.interruption_count, session.interrupted_s) == (2, 3.5)
    assert session.interruptions[1] == {
        "since": _NOW.isoformat(),
        "until": (_NOW + timedelta(seconds=2.5)).isoformat(),
        "seconds": 2.5,
        "reason": "lost",
    }


def test_counts_all_and_lists_the_latest() -> None:
    session = Session()
    for number in range(MAX_LISTED + 5):
        count_interruption(session, since=_NOW, until=_NOW, reason=str(number))
    assert session.interruption_count == MAX_LISTED + 5
    assert len(session.interruptions) == MAX_LISTED
    assert session.interruptions[-1]["reason"] == str(MAX_LISTED + 4)


def test_a_clock_that_was_set_back_gives_no_negative_length() -> None:
    session = Session()
    until = _NOW - timedelta(seconds=5)
    count_interruption(session, since=_NOW, until=until, reason="lost")
    assert session.interrupted_s == 0
