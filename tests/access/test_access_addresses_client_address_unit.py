"""access.addresses.client_address."""

import pytest

from access.addresses import client_address


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        pytest.param("192.0.2.1", None, "192.0.2.1", id="a peer"),
        pytest.param("127.0.0.1", "192.0.2.1", "192.0.2.1", id="behind the proxy"),
        pytest.param(
            "127.0.0.1", "203.0.113.9, 192.0.2.1", "192.0.2.1", id="what a client made up before it"
        ),
        pytest.param("192.0.2.1", "", "192.0.2.1", id="an empty header"),
        pytest.param("127.0.0.1", "unknown", "0.0.0.0", id="a header that is no address"),
        pytest.param("::ffff:192.0.2.1", None, "192.0.2.1", id="IPv4 within IPv6"),
        pytest.param("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::", id="IPv6"),
        pytest.param("fe80::1%eth0", None, "fe80::", id="IPv6 with its interface"),
        pytest.param(None, None, "0.0.0.0", id="none"),
    ],
)
def test_behind_a_proxy_it_is_the_proxys_own_word(
    peer: str | None, forwarded: str | None, expected: str
) -> None:
    assert client_address(peer, forwarded, behind_proxy=True) == expected


def test_without_a_proxy_nobody_chooses_their_address() -> None:
    assert client_address("192.0.2.1", "203.0.113.9", behind_proxy=False) == "192.0.2.1"


def test_a_network_of_ipv6_counts_as_one() -> None:
    first = client_address("2001:db8::1", None, behind_proxy=False)
    assert client_address("2001:db8::ffff:1", None, behind_proxy=False) == first
    assert client_address("2001:db8:0:1::1", None, behind_proxy=False) != first
