"""streaming.uvicorn_serving.serve_by_uvicorn: what peers get to hear, and what is logged of it."""

import socket
from collections.abc import Iterator

import pytest
from websockets.exceptions import ConnectionClosed

from streaming.messages import MAX_TEXT_BYTES, SESSION_PATH
from tests.servers import RunningServer, running_server
from tests.streaming.peers import Peer, attached, open_session, run_stream, session_socket

_HANDSHAKE = (
    f"GET {SESSION_PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
)
_KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"


@pytest.fixture(name="server", scope="module")
def make_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server of uvicorn's."""
    folder = tmp_path_factory.mktemp("server")
    with running_server(folder, options=["--server=uvicorn"]) as server:
        yield server


def _say_raw(server: RunningServer, head: bytes) -> bytes:
    """The first of what is answered to these bytes."""
    with socket.create_connection(("127.0.0.1", server.session_port), timeout=10) as peer:
        peer.sendall(head)
        return peer.recv(65536)


def _close_code(peer: Peer, message: str | bytes) -> int | None:
    """The code that a message ends the connection with; it is read although we go on talking."""
    try:
        for _ in range(3):
            peer.socket.send(message, text=True)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None
    return peer.close_code()


def test_a_peer_that_talks_on_still_reads_that_its_message_was_too_large(
    server: RunningServer,
) -> None:
    with session_socket(server) as peer:
        assert _close_code(peer, "x" * (MAX_TEXT_BYTES + 1)) == 1009


def test_text_that_is_not_utf_8_ends_the_connection_with_its_code(server: RunningServer) -> None:
    with session_socket(server) as peer:
        assert _close_code(peer, b"\xff\xfe") == 1007


def test_the_largest_text_is_taken(server: RunningServer) -> None:
    with session_socket(server) as peer:
        peer.socket.send(" " * MAX_TEXT_BYTES)
        assert peer.refusal() == ("malformed-message", 4400)


@pytest.mark.parametrize(
    ("head", "status"),
    [
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00", b"400", id="TLS"),
        pytest.param(b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", b"400", id="a path of no letters"),
        pytest.param(_HANDSHAKE.encode() + b"\r\n", b"400", id="a handshake without a key"),
        pytest.param(
            (_HANDSHAKE + _KEY + "X: " + "x" * 20_000 + "\r\n\r\n").encode(),
            b"400",
            id="a handshake with a long header",
        ),
        pytest.param(
            (_HANDSHAKE + _KEY + "X: 1\r\n" * 1000 + "\r\n").encode(),
            b"400",
            id="a handshake with many headers",
        ),
        pytest.param(
            (_HANDSHAKE + _KEY).encode() + b"Cookie: \xe4\xff\r\n\r\n",
            b"101",
            id="a header of other letters",
        ),
        pytest.param(b"GET / HTTP/1.1\r\nX: " + b"x" * 300_000, b"400", id="headers without end"),
    ],
)
def test_what_is_no_handshake_costs_the_log_no_traceback(
    server: RunningServer, head: bytes, status: bytes
) -> None:
    assert _say_raw(server, head).removeprefix(b"HTTP/1.1 ")[:3] == status
    with session_socket(server) as session:
        opened = open_session(session, count=3)
        with attached(server, opened) as frames:
            assert run_stream(session, frames, opened).ended["sent"] == 3
        session.say("done")
        session.hear("accepted")
    assert "Traceback" not in server.log
