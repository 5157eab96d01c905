"""streaming.transport.BoundedRequest, on a channel that is not connected to anything."""

from typing import Any

import pytest
from daphne.http_protocol import HTTPFactory
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from streaming.connection_limits import MAX_BODY_BYTES
from streaming.transport import BoundedRequest

# Twisted's have no types.
_transport: Any = StringTransport
_failure: Any = Failure


class _Server:
    """As much of Daphne's server as a request needs before its body is complete."""

    def __init__(self) -> None:
        self.completed: list[int] = []
        self.connections: dict[Any, Any] = {}
        self.proxy_forwarded_address_header = None
        self.root_path = ""
        self.request_buffer_size = 8192

    def protocol_connected(self, protocol: Any) -> None:
        """Remember it."""
        self.connections[protocol] = {}

    def protocol_disconnected(self, protocol: Any) -> None:
        """Forget it."""
        self.connections.pop(protocol, None)

    def create_application(self, protocol: Any, _scope: Any) -> None:
        """Note the length of a request that got through."""
        protocol.content.seek(0, 2)
        self.completed.append(protocol.content.tell())


def _send(data: bytes) -> tuple[_Server, bytes, bool]:
    server = _Server()
    channel = HTTPFactory(server).buildProtocol(None)
    channel.requestFactory = BoundedRequest
    transport = _transport()
    transport.abortConnection = transport.loseConnection
    channel.makeConnection(transport)
    for start in range(0, len(data), 60_000):
        if not transport.disconnecting:
            channel.dataReceived(data[start : start + 60_000])
    answer, is_closed = transport.value(), transport.disconnecting
    channel.connectionLost(_failure(ConnectionDone()))
    return server, answer, is_closed


def _with_length(length: int, body: bytes) -> bytes:
    return b"POST /api/ HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s" % (length, body)


def _chunked(sizes: list[int]) -> bytes:
    head = b"POST /api/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = [b"%x\r\n%s\r\n" % (size, bytes(size)) for size in sizes]
    return head + b"".join(chunks) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(_with_length(MAX_BODY_BYTES, bytes(MAX_BODY_BYTES)), id="announced"),
        pytest.param(_chunked([MAX_BODY_BYTES // 2] * 2), id="in chunks"),
    ],
)
def test_lets_the_largest_body_pass(data: bytes) -> None:
    server, answer, is_closed = _send(data)
    assert server.completed == [MAX_BODY_BYTES]
    assert not answer and not is_closed


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(_with_length(MAX_BODY_BYTES + 1, b""), id="announced, before any of it came"),
        pytest.param(_with_length(10**15, bytes(MAX_BODY_BYTES + 1)), id="announced and sent"),
        pytest.param(_chunked([MAX_BODY_BYTES, 1]), id="in chunks"),
    ],
)
def test_answers_413_to_a_larger_one_and_hangs_up(data: bytes) -> None:
    server, answer, is_closed = _send(data)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert str(MAX_BODY_BYTES).encode() in answer
    assert answer.count(b"HTTP/1.1") == 1
    assert is_closed and not server.completed
