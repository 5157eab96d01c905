"""access.addresses.is_loopback."""

import pytest

from access.addresses import is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1", "localhost"])
def test_knows_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        *("0.0.0.0", "::", "", "192.168.1.2", "localhost.example", "127.0.0.1.example"),
        # It is, but need not be understood: what is not taken for this machine is only safer.
        *("127.1", "::ffff:127.0.0.1"),
    ],
)
def test_takes_everything_else_for_the_network(host: str) -> None:
    assert not is_loopback(host)
