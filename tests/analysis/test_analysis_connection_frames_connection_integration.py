"""The frames socket, against a server that speaks the protocol or breaks it."""

import contextlib
from collections.abc import Iterator

import msgspec
import pytest

from analysis.addresses import ServerAddress
from analysis.connection import FramesConnection, Limits, SessionConnection
from analysis.errors import ServerRefused, ServerUnreachable
from analysis.identity import classifier_info
from streaming.errors import MalformedMessage
from streaming.frames import decode_frames
from streaming.messages import Ended, Open, Opened, Ready
from tests.analysis.fake_server import FakeServer
from tests.analysis.live_fakes import CLIENT, WAIT_S, the_end
from tests.analysis.tiny_models import tiny_card

LIMITS = Limits(connect_s=2, reply_s=WAIT_S)


@contextlib.contextmanager
def _frames(server: FakeServer, *, secret: str = "secret") -> Iterator[FramesConnection]:
    """Both sockets open, the session ready."""
    request = Open(classifier=classifier_info(tiny_card()), client=CLIENT)
    with server.running(), SessionConnection(server.address, limits=LIMITS) as session:
        session.request(request, Opened)
        session.request(Ready(), Ready)
        opened = server.opened(secret=secret)
        with FramesConnection(server.address, opened, limits=LIMITS) as frames:
            yield frames


def test_brings_the_frames_that_credit_allows_and_the_end() -> None:
    with _frames(FakeServer(6, batch=4)) as frames:
        frames.attach()
        frames.grant(5)
        first = frames.receive(WAIT_S)
        second = frames.receive(WAIT_S)
        assert isinstance(first, bytes) and isinstance(second, bytes)
        assert (len(decode_frames(first)), len(decode_frames(second))) == (4, 1)
        with pytest.raises(TimeoutError):
            frames.receive(0.05)
        frames.grant(6)
        assert isinstance(frames.receive(WAIT_S), bytes)
        assert frames.receive(WAIT_S) == the_end(6)
        with pytest.raises(ServerRefused, match="closed with 1000"):
            frames.receive(WAIT_S)


def test_is_refused_without_the_secret() -> None:
    with _frames(FakeServer(), secret="guessed") as frames:
        with pytest.raises(ServerRefused, match="wrong-secret") as caught:
            frames.attach()
        assert caught.value.close_code == 4403


def test_keeps_quiet_about_credit_that_comes_after_the_end() -> None:
    with _frames(FakeServer(1)) as frames:
        frames.attach()
        frames.grant(1)
        frames.receive(WAIT_S)
        assert isinstance(frames.receive(WAIT_S), Ended)
        with pytest.raises(ServerRefused):
            frames.receive(WAIT_S)
        frames.grant(2)


def test_knows_a_stream_that_breaks() -> None:
    server = FakeServer()
    server.break_frames_at = [4]
    with _frames(server) as frames:
        frames.attach()
        frames.grant(10)
        assert isinstance(frames.receive(WAIT_S), bytes)
        with pytest.raises(ServerUnreachable, match="the connection broke"):
            frames.receive(WAIT_S)


@pytest.mark.parametrize("path", ["", "@evil.example/frames", ".evil.example/", "7/frames"])
def test_goes_to_no_other_host_whatever_path_the_server_names(path: str) -> None:
    opened = msgspec.structs.replace(FakeServer().opened(secret="secret"), frames_path=path)
    address = ServerAddress("ws", "127.0.0.1", 1, token="fst_secret")
    with pytest.raises(MalformedMessage, match="a path starts with a slash"):
        FramesConnection(address, opened, limits=LIMITS)
