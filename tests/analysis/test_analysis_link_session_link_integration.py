"""A session socket that is resumed, against a server that speaks the protocol."""

import contextlib
from collections.abc import Iterator

import numpy as np
import pytest

from analysis.connection import Limits, SessionConnection
from analysis.errors import ServerRefused, ServerUnreachable, SessionFailed, SessionInterrupted
from analysis.identity import classifier_info
from analysis.link import SessionLink
from results.batches import PredictionBatch
from streaming.messages import Error, Open, Opened, Progress, Resume, Resumed
from streaming.predictions import encode_predictions
from tests.analysis.fake_server import FakeServer
from tests.analysis.live_fakes import CLIENT, LIMITS, SESSION, WAIT_S, a_session
from tests.analysis.tiny_models import tiny_card


def _no_pause(_seconds: float) -> None:
    """No time is lost in tests."""


@contextlib.contextmanager
def _link(server: FakeServer, *, limits: Limits = LIMITS) -> Iterator[SessionLink]:
    """A link that has no connection yet."""
    with server.running():
        link = SessionLink(server.address, server.opened(), client=CLIENT, limits=limits)
        try:
            yield link
        finally:
            link.release()


def test_makes_its_first_connection_by_resuming() -> None:
    server = FakeServer(10)
    server.was_left(range(4), sent=6)
    with _link(server) as link:
        before = link.connected
        resumed = link.resume(None, _no_pause)
        assert resumed == Resumed(session=SESSION, state="running", sent=6, stored=4)
        assert (before, link.connected) == (False, True)
    assert server.received_of(Resume) == [Resume(session=SESSION, secret="secret", client=CLIENT)]


def test_leaves_a_connection_that_it_was_given_to_its_owner() -> None:
    server = FakeServer(10)
    with server.running(), SessionConnection(server.address, limits=LIMITS) as connection:
        request = Open(classifier=classifier_info(tiny_card()), client=CLIENT)
        opened = connection.request(request, Opened)
        link = SessionLink(
            server.address, opened, client=CLIENT, limits=LIMITS, connection=connection
        )
        assert link.connected
        link.release()
        link.send(Progress(received=0, analysed=0))
        assert not connection.broken


def test_replaces_a_connection_that_broke() -> None:
    server = FakeServer(10)
    server.was_left((), sent=0)
    server.break_session_at = [Progress]
    with _link(server) as link:
        link.resume(None, _no_pause)
        link.send(Progress(received=0, analysed=0))
        with pytest.raises(ServerUnreachable) as broken:
            link.receive(WAIT_S)
        before = link.connected
        link.resume(broken.value, _no_pause)
        assert (before, link.connected) == (False, True)
    assert len(server.received_of(Resume)) == 2


def test_has_nothing_to_say_before_it_is_connected() -> None:
    link = SessionLink(FakeServer().address, a_session(), client=CLIENT)
    for use in (
        lambda: link.receive(WAIT_S),
        lambda: link.send(Progress(received=0, analysed=0)),
        lambda: link.send_predictions(b""),
        lambda: link.recall(0),
    ):
        with pytest.raises(ServerUnreachable, match="not connected"):
            use()
    link.abort()
    link.close()
    link.release()


def test_gives_up_after_its_limit_and_tells_no_secret() -> None:
    server = FakeServer(10)
    server.resumed = lambda: Error(code="storage-unavailable", detail="full", close_code=4503)
    with _link(server, limits=Limits(reconnect_s=0)) as link:
        with pytest.raises(SessionInterrupted, match="session socket: .*4503, for now") as caught:
            link.resume(None, _no_pause)
    assert "secret" not in str(caught.value)


def test_tries_no_longer_than_it_is_hurried_to() -> None:
    server = FakeServer(10)
    server.resumed = lambda: Error(code="storage-unavailable", detail="full", close_code=4503)
    with _link(server, limits=Limits(reconnect_s=1000)) as link:
        link.hurry(0)
        with pytest.raises(SessionInterrupted):
            link.resume(None, _no_pause)


def test_takes_a_session_that_another_client_has_for_lost() -> None:
    server = FakeServer(10)
    server.resumed = lambda: Error(code="session-taken", detail="taken", close_code=4409)
    with _link(server) as link:
        with pytest.raises(ServerRefused, match="4409"):
            link.resume(None, _no_pause)


def test_takes_it_back_from_an_own_try_that_nobody_answered() -> None:
    server = FakeServer(10)
    server.was_left((), sent=0)
    server.break_session_at = [Resume]
    with _link(server) as link:
        link.resume(None, _no_pause)
        server.ack = lambda number, batch: Error(
            code="session-taken", detail="taken", close_code=4409
        )
        link.send_predictions(_a_batch())
        with pytest.raises(ServerUnreachable, match="an earlier try of this client"):
            link.receive(WAIT_S)


def test_brings_stored_predictions_back_and_keeps_what_comes_between() -> None:
    server = FakeServer(10)
    server.was_left((0, 1, 2, 5, 6, 9), sent=10, state="finishing")
    with _link(server) as link:
        assert link.resume(None, _no_pause).state == "finishing"
        first = link.recall(0)
        second = link.recall(7)
        assert first is not None and second is not None
        assert first.sequences.tolist() == [0, 1, 2, 5, 6]
        assert second.sequences.tolist() == [9]
        assert link.recall(10) is None
        assert link.receive(WAIT_S) == server.ended


def test_ends_where_the_pause_does() -> None:
    def pause(_seconds: float) -> None:
        raise SessionFailed("over")

    with _link(FakeServer()) as link:
        with pytest.raises(SessionFailed, match="over"):
            link.resume(ServerUnreachable("broken"), pause)


def _a_batch() -> bytes:
    return encode_predictions(
        PredictionBatch(
            sequences=np.zeros(1, dtype=np.uint64),
            probabilities=np.ones((1, 1), dtype=np.float32),
            latencies_ms=np.zeros(1, dtype=np.float32),
        ),
        number=0,
    )
