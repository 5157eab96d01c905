"""access.sockets.socket_address."""

from typing import Any

import pytest
from pytest_django import Settings

from access.sockets import socket_address


@pytest.mark.parametrize(
    ("behind_proxy", "client", "headers", "expected"),
    [
        pytest.param(False, ("192.0.2.1", 1), [], "192.0.2.1", id="a peer"),
        pytest.param(False, ("192.0.2.1", 1), ["203.0.113.9"], "192.0.2.1", id="a made-up header"),
        pytest.param(True, ("127.0.0.1", 1), ["192.0.2.1"], "192.0.2.1", id="behind a proxy"),
        pytest.param(
            True, ("127.0.0.1", 1), ["203.0.113.9", "192.0.2.1"], "192.0.2.1", id="two headers"
        ),
        pytest.param(False, None, [], "0.0.0.0", id="unknown"),
    ],
)
def test_is_the_proxys_word_only_where_there_is_one(
    settings: Settings, behind_proxy: bool, client: Any, headers: list[str], expected: str
) -> None:
    settings.BEHIND_PROXY = behind_proxy
    given = [(b"x-forwarded-for", value.encode()) for value in headers]
    assert socket_address({"client": client, "headers": given}) == expected
