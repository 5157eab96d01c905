"""The session socket, against a server that speaks the protocol or breaks it."""

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed, ConnectionClosedError
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

from analysis.addresses import ServerAddress
from analysis.connection import Limits, SessionConnection
from analysis.errors import AccessDenied, ServerRefused, ServerUnreachable
from results.batches import PredictionBatch
from streaming.errors import MalformedMessage, OutOfOrder, PeerError, UnknownMessageType
from streaming.messages import (
    SESSION_SUBPROTOCOL,
    Ack,
    Error,
    Ready,
    Recalled,
    Resume,
    Resumed,
    Stop,
    encode_message,
)
from streaming.predictions import encode_predictions
from tests.analysis.live_fakes import CLIENT, SESSION, WAIT_S, the_end
from tests.faults.proxy import FaultProxy
from tests.sharing import free_ports

LIMITS = Limits(connect_s=2, reply_s=WAIT_S)
TOKEN = "fst_" + 43 * "t"


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


@pytest.mark.parametrize("code", [1000, 1002, 4409])
def test_passes_on_the_code_that_the_server_closes_with(code: int) -> None:
    with _server(_says(code=code)) as address:
        with SessionConnection(address, limits=LIMITS) as connection:
            with pytest.raises(ServerRefused, match=f"closed with {code}: the reason"):
                connection.receive(WAIT_S)


@pytest.mark.parametrize("code", [1001, 1011, 1012, 1013, 4408, 4503])
def test_knows_a_server_that_is_away_for_now(code: int) -> None:
    with _server(_says(code=code)) as address:
        with SessionConnection(address, limits=LIMITS) as connection:
            with pytest.raises(ServerUnreachable, match=f"with {code}, for now: the reason"):
                connection.receive(WAIT_S)
            assert connection.broken


def test_knows_an_error_that_will_pass() -> None:
    error = Error(code="storage-unavailable", detail="locked", close_code=4503)
    with _server(_says(encode_message(error), code=4503)) as address:
        with SessionConnection(address, limits=LIMITS) as connection:
            assert not connection.broken
            with pytest.raises(ServerUnreachable, match="4503, for now: locked"):
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


def test_says_the_same_whenever_it_is_reset_on_the_way() -> None:
    (nobody,) = free_ports(1)
    with FaultProxy(nobody) as proxy:
        address = ServerAddress("ws", "127.0.0.1", proxy.port)
        # Before, while and after the request is sent: which of them, chance decides.
        for _ in range(30):
            with pytest.raises(ServerUnreachable, match="no connection: "):
                with SessionConnection(address, limits=LIMITS):
                    pass


def test_logs_no_traceback_of_a_ping_that_found_the_connection_broken(
    caplog: pytest.LogCaptureFixture,
) -> None:
    wire = logging.getLogger("analysis.connection.wire")
    for error in (ConnectionClosedError(None, None), ZeroDivisionError("a bug")):
        wire.error("keepalive ping failed", exc_info=error)
    assert [str(record.exc_info[1]) for record in caplog.records if record.exc_info] == ["a bug"]


def test_says_that_a_server_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = ServerAddress("ws", "127.0.0.1", silent.getsockname()[1])
        with pytest.raises(ServerUnreachable, match="no connection: timed out"):
            with SessionConnection(address, limits=Limits(connect_s=0.1)):
                pass


@contextlib.contextmanager
def _answering(answer: Callable[[Request], Response | None]) -> Iterator[ServerAddress]:
    """A server that answers handshakes by HTTP, or where that is None takes them."""
    with serve(
        _says(),
        "127.0.0.1",
        0,
        subprotocols=[Subprotocol(SESSION_SUBPROTOCOL)],
        process_request=lambda _connection, request: answer(request),
        close_timeout=1,
    ) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield ServerAddress("ws", "127.0.0.1", server.socket.getsockname()[1])
        server.shutdown()
        thread.join()


def _response(status: int, body: bytes = b"", **headers: str) -> Response:
    return Response(status, "x", Headers({**headers, "Content-Length": str(len(body))}), body)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        pytest.param(b"no", "with HTTP status 404", id="with nothing of ours"),
        pytest.param(b'{"detail": "later"}', "with HTTP status 404: later", id="with a reason"),
        pytest.param(b"[1]", "with HTTP status 404", id="with other JSON"),
        pytest.param(b"\xff", "with HTTP status 404", id="with bytes"),
    ],
)
def test_says_that_the_server_has_no_websocket_there(body: bytes, sentence: str) -> None:
    with _answering(lambda _request: _response(404, body)) as address:
        with pytest.raises(ServerUnreachable) as failed:
            with SessionConnection(address, limits=LIMITS):
                pass
    assert str(failed.value).endswith(sentence)


@pytest.mark.parametrize("status", [401, 403])
def test_says_that_the_server_does_not_let_it_in_and_why(status: int) -> None:
    body = b'{"code": "token-refused", "detail": "the token is revoked"}'
    with _answering(lambda _request: _response(status, body)) as address:
        with pytest.raises(AccessDenied, match=f"status {status}: the token is revoked"):
            with SessionConnection(address, limits=LIMITS):
                pass


def test_shows_its_token_to_the_server_and_to_no_log(caplog: pytest.LogCaptureFixture) -> None:
    shown: list[str | None] = []

    def answer(request: Request) -> None:
        shown.append(request.headers.get("Authorization"))

    with caplog.at_level(logging.DEBUG), _answering(answer) as address:
        with SessionConnection(address.with_token(TOKEN), limits=LIMITS) as connection:
            connection.send(Stop(reason="what is said"))
        with SessionConnection(address, limits=LIMITS):
            pass
    assert shown == [f"Bearer {TOKEN}", None]
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("analysis")]
    assert not [line for line in ours if TOKEN in line or "what is said" in line]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_shows_its_token_to_nobody_that_a_redirect_leads_to(status: int) -> None:
    shown: list[str | None] = []

    def elsewhere(request: Request) -> None:
        shown.append(request.headers.get("Authorization"))

    with _answering(elsewhere) as other:
        place = f"{other}/ws/sessions/"
        with _answering(lambda _request: _response(status, Location=place)) as address:
            with contextlib.suppress(ServerUnreachable):
                with SessionConnection(address.with_token(TOKEN), limits=LIMITS):
                    pass
    assert set(shown) <= {None}


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


def test_recalls_predictions_and_gives_what_came_before_them_afterwards() -> None:
    batch = PredictionBatch(
        sequences=np.array([3, 4], dtype=np.uint64),
        probabilities=np.full((2, 2), 0.5, dtype=np.float32),
        latencies_ms=np.ones(2, dtype=np.float32),
    )
    ended = the_end(5)
    says = _says(
        encode_message(ended),
        encode_predictions(batch, number=0),
        encode_message(Recalled(session=SESSION)),
        encode_message(Ready()),
    )
    with _server(says) as address, SessionConnection(address, limits=LIMITS) as connection:
        recalled = connection.recall(0)
        assert recalled is not None
        assert recalled.sequences.tolist() == [3, 4]
        assert connection.recall(5) is None
        assert connection.receive(WAIT_S) == ended
        assert connection.receive(WAIT_S) == Ready()


def test_resumes_a_session_whose_stream_ends_in_this_moment() -> None:
    resumed = Resumed(session=SESSION, state="finishing", sent=5, stored=4)
    request = Resume(session=SESSION, secret="secret", client=CLIENT)
    says = _says(encode_message(the_end(5)), encode_message(resumed))
    with _server(says) as address, SessionConnection(address, limits=LIMITS) as connection:
        assert connection.resume(request) == resumed
        assert connection.receive(WAIT_S) == the_end(5)


def test_refuses_what_answers_no_recall() -> None:
    ack = encode_message(Ack(batch=0, stored=1, repeated=0, total=1))
    with _server(_says(ack)) as address, SessionConnection(address, limits=LIMITS) as connection:
        with pytest.raises(OutOfOrder, match="expected recalled, the server sent ack"):
            connection.recall(0)


def test_gets_a_sign_of_life() -> None:
    with _server(_says()) as address, SessionConnection(address, limits=LIMITS) as connection:
        assert connection.ping().wait(WAIT_S)
        connection.abort()
        assert not connection.ping().is_set()
