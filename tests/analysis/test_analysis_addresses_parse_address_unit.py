"""Reading a server's address."""

import pytest

from analysis.addresses import ServerAddress, parse_address


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ws://127.0.0.1:7000", ServerAddress("ws", "127.0.0.1", 7000), id="plain"),
        pytest.param("ws://host:7000/", ServerAddress("ws", "host", 7000), id="slash"),
        pytest.param("ws://host", ServerAddress("ws", "host", 80), id="ws without port"),
        pytest.param("wss://host", ServerAddress("wss", "host", 443), id="wss without port"),
        pytest.param("ws://[::1]:7000", ServerAddress("ws", "::1", 7000), id="IPv6"),
    ],
)
def test_reads_a_server(text: str, expected: ServerAddress) -> None:
    assert parse_address(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("127.0.0.1:7000", id="no scheme"),
        pytest.param("http://host:7000", id="another scheme"),
        pytest.param("ws://", id="no host"),
        pytest.param("ws://host:0", id="port 0"),
        pytest.param("ws://host:70000", id="port too high"),
        pytest.param("ws://host:port", id="port not a number"),
        pytest.param("ws://[::1", id="half an IPv6 address"),
        pytest.param("ws://host:7000/sessions", id="path"),
        pytest.param("ws://host:7000/?a=b", id="query"),
        pytest.param("ws://me@host:7000", id="user"),
    ],
)
def test_refuses_what_is_no_server(text: str) -> None:
    with pytest.raises(ValueError, match="expected ws://host:port or wss://host:port, got "):
        parse_address(text)
