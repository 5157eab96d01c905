"""The session socket, against a server that speaks the protocol or breaks it."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

from analysis.addresses import ServerAddress
from analysis.connection import Limits, SessionConnection
from analysis.errors import ServerRefused, ServerUnreachable
from streaming.errors import MalformedMessage, OutOfOrder, PeerError, UnknownMessageType
from streaming.messages import SESSION_SUBPROTOCOL, Ack, Error, Ready, Stop, encode_message
from tests.analysis.live_fakes import WAIT_S
from tests.servers import free_ports

LIMITS = Limits(connect_s=2, reply_s=WAIT_S)


@contextlib.contextmanager
def _server(
    handle: Callable[[ServerConnection], None], subprotocol: str = SESSION_SUBPROTOCOL
) -> Iterator[ServerAddress]:
    protocols = [Subprotocol(subprotocol)]
    with serve(handle, "127.0.0.1", 0, subprotocols=protocols, close_timeout=1) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield ServerAddress("ws", "127.0.0.1", server.socket.getsockname()[1])
        server.shutdown()
        thread.join()


def _says(*messages: str | bytes, code: int | None = None) -> Callable[[ServerConnection], None]:
    """A server that says these messages, then closes with that code, or waits for the client."""

    def handle(server: ServerConnection) -> None:
        for message in messages:
            server.send(message)
        if code is not None:
            server.close(code, "the reason")
        with contextlib.suppress(ConnectionClosed):
            while True:
                server.recv(WAIT_S)

    return handle


def test_gets_the_answer_to_a_request() -> None:
    with _server(_says(encode_message(Ready()))) as address:
        with SessionConnection(address, limits=LIMITS) as connection:
            assert connection.request(Ready(), Ready) == Ready()


def test_gives_messages_as_they_come() -> None:
    ack = Ack(batch=1, stored=2, repeated=3, total=4)
    with _server(_says(encode_message(ack))) as address:
        with SessionConnection(address, limits=LIMITS) as connection:
            assert connection.receive(WAIT_S) == ack
            with pytest.raises(TimeoutError):
                connection.receive(0.01)


def test_sends_text_and_binary() -> None:
    received: list[str | bytes] = []
    done = threading.Event()

    def handle(server: ServerConnection) -> None:
        received.extend([server.recv(WAIT_S), server.recv(WAIT_S)])
        done.set()

    with _server(handle) as address:
        with SessionConnection(address, limits=LIMITS) as connection:
            connection.send(Stop(reason="enough"))
            connection.send_predictions(b"FSPR")
            assert done.wait(WAIT_S)
    assert received == ['{"type":"stop","reason":"enough"}', b"FSPR"]


@pytest.mark.parametrize(
    ("said", "kind", "reason"),
    [
        pytest.param(b"binary", MalformedMessage, "6 bytes of binary", id="binary"),
        pytest.param("not JSON", MalformedMessage, "JSON object", id="not JSON"),
        pytest.param('{"type":"hello"}', UnknownMessageType, "'hello'", id="unknown type"),
        pytest.param(
            '{"type":"ack","batch":0,"stored":0,"repeated":0,"total":0}',
            OutOfOrder,
            "expected ready, the server sent ack",
            id="another message",
        ),
    ],
)
def test_refuses_what_is_no_answer(said: str | bytes, kind: type[PeerError], reason: str) -> None:
    with _server(_says(said)) as address:
        with SessionConnection(address, limits=LIMITS) as connection:
            with pytest.raises(kind, match=reason):
                connection.request(Ready(), Ready)


def test_passes_on_an_error_that_the_server_tells() -> None:
    error = Error(code="unknown-classifier", detail="no such thing", close_code=4411)
    with _server(_says(encode_message(error), code=4411)) as address:
        with SessionConnection(address, limits=LIMITS) as connection:
            with pytest.raises(ServerRefused, match="no such thing") as caught:
                connection.request(Ready(), Ready)
    assert caught.value.close_code == 4411


@pytest.mark.parametrize("code", [1000, 1011, 4409])
def test_passes_on_the_code_that_the_server_closes_with(code: int) -> None:
    with _server(_says(code=code)) as address:
        with SessionConnection(address, limits=LIMITS) as connection:
            with pytest.raises(ServerRefused, match=f"closed with {code}: the reason"):
                connection.receive(WAIT_S)


def test_knows_a_server_that_goes_away() -> None:
    with _server(_says(code=1001)) as address:
        with SessionConnection(address, limits=LIMITS) as connection:
            with pytest.raises(ServerUnreachable, match=r"went away \(the reason\)"):
                connection.receive(WAIT_S)


def test_knows_a_connection_that_breaks() -> None:
    with _server(lambda server: server.close_socket()) as address:
        with SessionConnection(address, limits=LIMITS) as connection:
            with pytest.raises(ServerUnreachable, match="the connection broke"):
                connection.receive(WAIT_S)
            with pytest.raises(ServerUnreachable, match="the connection broke"):
                connection.send(Ready())


def test_waits_for_an_answer_no_longer_than_its_limit() -> None:
    with _server(_says()) as address:
        with SessionConnection(address, limits=Limits(connect_s=2, reply_s=0.05)) as connection:
            with pytest.raises(ServerUnreachable, match="no ready within 0.05 s"):
                connection.request(Ready(), Ready)


def test_is_broken_at_once_by_another_thread() -> None:
    with _server(_says()) as address:
        with SessionConnection(address, limits=LIMITS) as connection:
            threading.Timer(0.05, connection.abort).start()
            with pytest.raises(ServerUnreachable):
                connection.receive(WAIT_S)
            connection.abort()


def test_sends_no_longer_than_its_limit_to_a_server_that_does_not_read() -> None:
    ready = threading.Event()

    def handle(_server: ServerConnection) -> None:
        # The library stops reading from the network once a few messages are waiting here.
        ready.wait(WAIT_S)

    started = time.monotonic()
    with _server(handle) as address:
        with SessionConnection(address, limits=Limits(connect_s=0.2, reply_s=0.2)) as connection:
            with pytest.raises(ServerUnreachable):
                for _ in range(1000):
                    connection.send_predictions(bytes(1024 * 1024))
        ready.set()
    assert time.monotonic() - started < WAIT_S


def test_closes_with_a_code_and_as_much_of_a_reason_as_fits() -> None:
    closed: list[tuple[int | None, str | None]] = []

    def handle(server: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            server.recv(WAIT_S)
        closed.append((server.close_code, server.close_reason))

    with _server(handle) as address:
        with SessionConnection(address, limits=LIMITS) as connection:
            connection.close(4412, "ä" * 100)
    assert closed == [(4412, "ä" * 61)]


def test_says_that_there_is_no_server() -> None:
    address = ServerAddress("ws", "127.0.0.1", free_ports(1)[0])
    with pytest.raises(ServerUnreachable, match=f"{address}/ws/sessions/: no connection: "):
        with SessionConnection(address, limits=LIMITS):
            pass


def test_says_that_a_server_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = ServerAddress("ws", "127.0.0.1", silent.getsockname()[1])
        with pytest.raises(ServerUnreachable, match="no connection: timed out"):
            with SessionConnection(address, limits=Limits(connect_s=0.1)):
                pass


def test_says_that_the_server_has_no_websocket_there() -> None:
    with serve(
        _says(),
        "127.0.0.1",
        0,
        process_request=lambda server, request: server.respond(403, "no"),
    ) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = ServerAddress("ws", "127.0.0.1", server.socket.getsockname()[1])
        with pytest.raises(ServerUnreachable, match="answered with HTTP status 403"):
            with SessionConnection(address, limits=LIMITS):
                pass
        server.shutdown()
        thread.join()


def test_says_that_the_server_speaks_another_subprotocol() -> None:
    with serve(_says(), "127.0.0.1", 0, close_timeout=1) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = ServerAddress("ws", "127.0.0.1", server.socket.getsockname()[1])
        with pytest.raises(ServerUnreachable, match="expected subprotocol fashionsite.session.v1"):
            with SessionConnection(address, limits=LIMITS):
                pass
        server.shutdown()
        thread.join()


def test_cannot_be_used_before_it_is_entered() -> None:
    connection = SessionConnection(ServerAddress("ws", "127.0.0.1", 1))
    connection.abort()
    connection.close()
    with pytest.raises(ServerUnreachable, match="not connected"):
        connection.send(Ready())
