"""streaming.transport.StreamServer: an answer of many parts goes as fast as its reader."""

import asyncio
from typing import Any

import pytest
from daphne.http_protocol import HTTPFactory
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from streaming import transport
from streaming.transport import BoundedRequest, StreamServer

# Twisted's have no types.
_transport: Any = StringTransport
_failure: Any = Failure
PART = {"type": "http.response.body", "body": b"part", "more_body": True}


class _Server(StreamServer):
    """A server without sockets that starts no application."""

    def __init__(self) -> None:
        super().__init__(application=None, endpoints=["tcp:port=0"])
        self.connections: dict[Any, Any] = {}

    def protocol_connected(self, protocol: Any) -> None:
        """Remember it."""
        self.connections[protocol] = {}

    def create_application(self, protocol: Any, scope: Any) -> None:
        """None."""


async def _answering() -> tuple[_Server, Any, Any, Any]:
    """A server, a request that it has begun to answer, its channel and its transport."""
    server = _Server()
    channel = HTTPFactory(server).buildProtocol(None)
    channel.requestFactory = BoundedRequest
    wire = _transport()
    wire.abortConnection = wire.loseConnection
    channel.makeConnection(wire)
    channel.dataReceived(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    (request,) = server.connections
    await server.handle_reply(request, {"type": "http.response.start", "status": 200})
    await server.handle_reply(request, PART)
    return server, request, channel, wire


async def _waits(server: Any, request: Any) -> "asyncio.Task[None]":
    sending: asyncio.Task[None] = asyncio.ensure_future(server.handle_reply(request, PART))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not sending.done()
    return sending


async def test_a_part_waits_while_the_buffer_is_full() -> None:
    server, request, _, wire = await _answering()
    request.channel.pauseProducing()
    sending = await _waits(server, request)
    request.channel.resumeProducing()
    await asyncio.wait_for(sending, 5)
    await server.handle_reply(request, {"type": "http.response.body", "body": b"end"})
    assert request.producer is None
    assert wire.value().count(b"part") == 2
    assert b"end" in wire.value()


async def test_a_reader_that_leaves_ends_the_wait() -> None:
    server, request, channel, _ = await _answering()
    request.channel.pauseProducing()
    sending = await _waits(server, request)
    channel.connectionLost(_failure(ConnectionDone()))
    await asyncio.wait_for(sending, 5)


async def test_a_reader_that_takes_nothing_is_hung_up_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(transport, "STALLED_S", 0.05)
    server, request, _, wire = await _answering()
    request.channel.pauseProducing()
    await asyncio.wait_for(server.handle_reply(request, PART), 5)
    assert wire.disconnecting
    assert "took nothing for 0.05 s" in caplog.text
