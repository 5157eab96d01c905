"""streaming.serving.listening_socket."""

import socket

import pytest

from streaming.errors import PortUnavailable
from streaming.serving import listening_socket
from tests.sharing import free_ports


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_listens_where_it_shall(host: str) -> None:
    with listening_socket(host, 0) as listener:
        port = listener.getsockname()[1]
        socket.create_connection((host, port), timeout=5).close()


def test_says_which_port_is_taken() -> None:
    (port,) = free_ports(1)
    with listening_socket("127.0.0.1", port):
        with pytest.raises(PortUnavailable, match=f"cannot listen on 127.0.0.1:{port}: "):
            listening_socket("127.0.0.1", port)
