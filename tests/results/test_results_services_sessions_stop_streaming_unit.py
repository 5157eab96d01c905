"""The end of a stream, as a change of the session alone."""

from django.utils import timezone

from results.ledger import Loss
from results.models import Session
from results.services.sessions import stop_streaming

_NOW = timezone.now()


def _session(*, is_connected: bool) -> Session:
    return Session(
        state="running",
        announced=100,
        sent=40,
        frames_seen_at=_NOW,
        is_connected=is_connected,
        interrupted_at=_NOW,
    )


def test_leaves_the_rest_unsent_for_the_reason() -> None:
    session = _session(is_connected=True)
    stop_streaming(session, unsent_reason="user", now=_NOW)
    assert (session.state, session.stream_ended_at) == ("finishing", _NOW)
    assert session.frames_seen_at is None
    assert session.ledger.losses["unsent"] == (Loss("user", ((40, 99),)),)


def test_ends_an_interruption_of_the_frames_alone() -> None:
    session = _session(is_connected=True)
    stop_streaming(session, unsent_reason="user", now=_NOW)
    assert (session.interrupted_at, session.interruption_count) == (None, 1)


def test_leaves_an_interruption_of_the_session() -> None:
    session = _session(is_connected=False)
    stop_streaming(session, unsent_reason="user", now=_NOW)
    assert session.interrupted_at == _NOW
