"""streaming.serving.check_port."""

import socket

import pytest

from streaming.errors import PortUnavailable
from streaming.serving import check_port
from tests.sharing import free_ports


def test_lets_a_free_port_pass_and_leaves_it_free() -> None:
    (port,) = free_ports(1)
    check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


def test_lets_a_free_port_of_ipv6_pass() -> None:
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            # A machine without IPv6 says so in the same words as of any other address.
            with pytest.raises(PortUnavailable):
                check_port("::1", 9)
            return
        port = probe.getsockname()[1]
    check_port("::1", port)


def test_names_a_port_that_is_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(
            PortUnavailable, match=rf"cannot listen on 127.0.0.1:{port}: .* in use; choose another"
        ):
            check_port("127.0.0.1", port)


def test_names_an_address_that_is_not_of_this_machine() -> None:
    with pytest.raises(PortUnavailable, match="cannot listen on 192.0.2.1:6000"):
        check_port("192.0.2.1", 6000)
