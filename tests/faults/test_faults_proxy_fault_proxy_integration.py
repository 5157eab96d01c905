"""The fault-injecting proxy: does it do what it is told, and only that?"""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tests.faults.proxy import FaultProxy, Faults, Piece, random_faults
from tests.sharing import free_ports

WITHIN_S = 60.0
CONTENT = bytes(range(256)) * 400


@pytest.fixture(name="echo_port")
def fixture_echo_port() -> Iterator[int]:
    """A server that sends everything back, and ends when its client has."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve_echo, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def _serve_echo(listener: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_echo, args=(connection,), daemon=True).start()


def _echo(connection: socket.socket) -> None:
    with connection, contextlib.suppress(OSError):
        while data := connection.recv(65536):
            connection.sendall(data)


def _connect(proxy: FaultProxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=WITHIN_S)


def _send_all(connection: socket.socket, data: bytes) -> None:
    with contextlib.suppress(OSError):
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)


def _exchange(proxy: FaultProxy, content: bytes = CONTENT) -> bytes:
    """What comes back of what is sent; a reset on the way is raised."""
    with _connect(proxy) as connection:
        sender = threading.Thread(target=_send_all, args=(connection, content))
        sender.start()
        came = b""
        try:
            while data := connection.recv(65536):
                came += data
        finally:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            sender.join()
    return came


def _wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_forwards_everything_where_nothing_is_to_go_wrong(echo_port: int) -> None:
    with FaultProxy(echo_port) as proxy:
        assert _exchange(proxy) == CONTENT
        assert proxy.counts.to_client_bytes == proxy.counts.to_server_bytes == len(CONTENT)
        assert (proxy.counts.connections, proxy.counts.ends) == (1, {})


def test_slices_into_small_writes(echo_port: int) -> None:
    with FaultProxy(echo_port, lambda number: Faults(slice_bytes=100)) as proxy:
        assert _exchange(proxy) == CONTENT
        assert proxy.counts.writes >= 2 * len(CONTENT) / 100


def test_holds_each_chunk_back_for_the_latency(echo_port: int) -> None:
    with FaultProxy(echo_port, lambda number: Faults(latency_s=0.1)) as proxy:
        began = time.monotonic()
        assert _exchange(proxy, b"there and back") == b"there and back"
        assert time.monotonic() - began >= 0.2


def test_keeps_to_the_bandwidth(echo_port: int) -> None:
    with FaultProxy(echo_port, lambda number: Faults(bytes_per_s=500_000)) as proxy:
        began = time.monotonic()
        assert _exchange(proxy) == CONTENT
        assert time.monotonic() - began >= len(CONTENT) / 500_000


@pytest.mark.parametrize("at", [0, 1, 777, 65536, 150_000])
def test_resets_at_the_byte(at: int, echo_port: int) -> None:
    plan = {0: Faults(end="reset", end_after=at)}
    with FaultProxy(echo_port, lambda number: plan.get(number, Faults())) as proxy:
        # Whichever call comes first is told of the reset: the sender's, which ignores it, too.
        with contextlib.suppress(ConnectionResetError):
            assert len(_exchange(proxy)) < len(CONTENT)
        counts = proxy.counts
        assert counts.to_client_bytes + counts.to_server_bytes == at
        assert counts.ends == {"reset": 1}
        assert _exchange(proxy) == CONTENT


def test_tells_the_client_alone_that_nothing_more_comes(echo_port: int) -> None:
    with FaultProxy(echo_port, lambda number: Faults(end="half-close", end_after=1000)) as proxy:
        assert CONTENT.startswith(_exchange(proxy))
        _wait_until(lambda: proxy.counts.to_server_bytes == len(CONTENT))
        assert proxy.counts.to_client_bytes <= 1000
        assert proxy.counts.ends == {"half-close": 1}


def test_forwards_nothing_for_a_while_then_everything(echo_port: int) -> None:
    faults = Faults(end="black-hole", end_after=1000, black_hole_s=0.3)
    with FaultProxy(echo_port, lambda number: faults) as proxy:
        began = time.monotonic()
        assert _exchange(proxy) == CONTENT
        assert time.monotonic() - began >= 0.3
        assert proxy.counts.ends == {"black-hole": 1}


def test_forwards_nothing_for_ever_and_ends_all_the_same(
    echo_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    with FaultProxy(echo_port, lambda number: Faults(end="black-hole", end_after=9)) as proxy:
        with _connect(proxy) as connection:
            connection.sendall(b"swallowed after nine")
            _wait_until(lambda: proxy.counts.ends)
            assert proxy.counts.to_server_bytes == 9
            connection.settimeout(0.2)
            with pytest.raises(TimeoutError):
                connection.recv(100)
    assert not caplog.records


def test_resets_everybody_at_once(echo_port: int) -> None:
    with FaultProxy(echo_port) as proxy, _connect(proxy) as one, _connect(proxy) as other:
        for connection in (one, other):
            connection.sendall(b"hello")
            assert connection.recv(5) == b"hello"
        proxy.reset_all()
        for connection in (one, other):
            with pytest.raises(ConnectionResetError):
                connection.recv(5)


def test_resets_a_client_that_nobody_takes() -> None:
    (nobody,) = free_ports(1)
    with FaultProxy(nobody) as proxy:
        with pytest.raises(ConnectionResetError), _connect(proxy) as connection:
            connection.sendall(b"hello")
            connection.recv(5)
        assert proxy.counts.unreachable == 1


def test_shows_what_it_forwards(echo_port: int) -> None:
    pieces: list[Piece] = []
    with FaultProxy(echo_port, tap=pieces.append) as proxy:
        _exchange(proxy)
        _exchange(proxy, b"again")
    assert b"".join(piece.data for piece in pieces if piece.to_client) == CONTENT + b"again"
    assert {piece.connection for piece in pieces} == {0, 1}


def test_a_seed_gives_one_plan_that_breaks_the_first_connections() -> None:
    plan = random_faults(7, broken=5, within_bytes=1000)
    drawn = [plan(connection) for connection in range(8)]
    again = random_faults(7, broken=5, within_bytes=1000)
    assert drawn == [again(connection) for connection in range(8)]
    assert [faults.end is not None for faults in drawn] == [True] * 5 + [False] * 3
    assert all(faults.end_after < 1000 for faults in drawn)
