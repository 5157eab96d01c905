"""Connecting until it works, or until patience is over."""

import logging
from collections.abc import Callable

import pytest

from analysis.backoff import Backoff, Patience
from analysis.errors import ServerRefused, ServerUnreachable, SessionFailed, SessionInterrupted
from analysis.reconnecting import connect_again


def _patience(limit_s: float = 60) -> Patience:
    return Patience(limit_s, backoff=Backoff(first_s=1, draw=lambda: 1.0), clock=lambda: 0.0)


def _fails(*errors: Exception) -> Callable[[], str]:
    """Raises these, one a call, then connects."""
    left = list(errors)

    def connect() -> str:
        if left:
            raise left.pop(0)
        return "connected"

    return connect


def test_connects_at_once_where_nothing_went_wrong() -> None:
    pauses: list[float] = []
    assert connect_again(_fails(), _patience(), name="a", pause=pauses.append) == "connected"
    assert not pauses


def test_waits_longer_each_time(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    pauses: list[float] = []
    connect = _fails(ServerUnreachable("refused"), ServerRefused(4429, "too many"))
    cause = ServerUnreachable("broken")
    connected = connect_again(connect, _patience(), name="it", pause=pauses.append, cause=cause)
    assert connected == "connected"
    assert pauses == [1, 2, 4]
    assert caplog.messages == [
        "it: broken; connecting again in 1.0 s",
        "it: refused; connecting again in 2.0 s",
        "it: the server closed with 4429: too many; connecting again in 4.0 s",
        "it: connected again",
    ]


def test_gives_up_with_the_last_error() -> None:
    with pytest.raises(SessionInterrupted, match="it: refused") as caught:
        connect_again(
            _fails(ServerUnreachable("refused")), _patience(0), name="it", pause=lambda _: None
        )
    assert isinstance(caught.value.__cause__, ServerUnreachable)


def test_takes_a_refusal_for_final() -> None:
    with pytest.raises(ServerRefused, match="4403"):
        connect_again(
            _fails(ServerRefused(4403, "no")), _patience(), name="it", pause=lambda _: None
        )


def test_ends_where_the_pause_does() -> None:
    def pause(_seconds: float) -> None:
        raise SessionFailed("over")

    with pytest.raises(SessionFailed, match="over"):
        connect_again(_fails(ServerUnreachable("no")), _patience(), name="it", pause=pause)
