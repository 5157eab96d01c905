"""Where a server's sockets and pages are."""

import pytest

from analysis.addresses import ServerAddress


def test_puts_an_ipv6_address_in_brackets() -> None:
    assert str(ServerAddress("ws", "::1", 7000)) == "ws://[::1]:7000"


def test_is_on_another_port_at_the_same_host() -> None:
    assert str(ServerAddress("wss", "host", 7000).on_port(6000)) == "wss://host:6000"


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        pytest.param("ws", "http://host:7000/sessions/", id="plain"),
        pytest.param("wss", "https://host:7000/sessions/", id="secure"),
    ],
)
def test_names_a_page_for_a_browser(scheme: str, expected: str) -> None:
    assert ServerAddress(scheme, "host", 7000).page_url("/sessions/") == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        pytest.param("127.0.0.1", True, id="IPv4"),
        pytest.param("127.3.2.1", True, id="anything in 127"),
        pytest.param("::1", True, id="IPv6"),
        pytest.param("localhost", True, id="by name"),
        pytest.param("192.0.2.1", False, id="another machine"),
        pytest.param("example.org", False, id="another machine by name"),
    ],
)
def test_knows_whether_it_is_this_machine(host: str, expected: bool) -> None:
    assert ServerAddress("ws", host, 7000).is_loopback is expected


def test_a_token_goes_into_a_header_and_nowhere_else() -> None:
    address = ServerAddress("wss", "clothes.example", 443, token="fst_secret")
    assert address.headers == {"Authorization": "Bearer fst_secret"}
    assert address.on_port(6000).headers == address.headers
    shown = (str(address), repr(address), address.page_url("/"))
    assert not [text for text in shown if "secret" in text]
    assert not ServerAddress("ws", "localhost", 7000).headers


def test_is_the_same_server_with_any_token() -> None:
    address = ServerAddress("ws", "host", 7000)
    assert address.with_token("fst_a") == address
    assert address.with_token("fst_a").token == "fst_a"
