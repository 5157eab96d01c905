"""access.sockets.EncryptedOnly."""

import pytest
from pytest_django import Settings

from access.sockets import EncryptedOnly
from tests.access.handshakes import Handshake, acceptor


@pytest.mark.parametrize(
    ("https", "forwarded"),
    [
        pytest.param(False, None, id="none is asked for"),
        pytest.param(True, "https", id="over TLS"),
        pytest.param(True, "wss", id="over TLS, by a proxy with another word for it"),
        pytest.param(True, "http, https", id="made up before the proxy's own word"),
    ],
)
async def test_lets_pass(settings: Settings, https: bool, forwarded: str | None) -> None:
    settings.HTTPS = https
    headers = {} if forwarded is None else {"X-Forwarded-Proto": forwarded}
    handshake = Handshake(EncryptedOnly(acceptor), headers=headers)
    assert await handshake.is_accepted()
    await handshake.leave()


@pytest.mark.parametrize("forwarded", [None, "", "http", "ws", "https, http"])
async def test_refuses_what_came_in_clear_text(settings: Settings, forwarded: str | None) -> None:
    settings.HTTPS = True
    headers = {} if forwarded is None else {"X-Forwarded-Proto": forwarded}
    status, _, content = await Handshake(EncryptedOnly(acceptor), headers=headers).refusal()
    assert (status, content["code"]) == (403, "not-encrypted")
    assert "wss://" in content["detail"]
