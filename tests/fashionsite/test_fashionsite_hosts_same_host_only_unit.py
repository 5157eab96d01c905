"""fashionsite.hosts.SameHostOnly."""

import pytest
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.testing import WebsocketCommunicator
from pytest_django import Settings

from fashionsite.hosts import SameHostOnly

# Channels looks after old database connections around each message.
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        pytest.param(b"here.example", True, id="this host"),
        pytest.param(b"there.example", False, id="another host"),
    ],
)
async def test_lets_only_allowed_handshakes_through(
    settings: Settings, host: bytes, expected: bool
) -> None:
    settings.ALLOWED_HOSTS = ["here.example"]
    application = SameHostOnly(AsyncWebsocketConsumer.as_asgi())
    peer = WebsocketCommunicator(application, "/", headers=[(b"host", host)])
    connected, _ = await peer.connect()
    assert connected is expected
    await peer.disconnect()
