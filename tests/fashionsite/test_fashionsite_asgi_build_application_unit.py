"""fashionsite.asgi.build_application."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from channels.db import database_sync_to_async
from channels.testing import HttpCommunicator, WebsocketCommunicator
from pytest_django import Settings

from fashionsite.asgi import build_application
from streaming.context import StreamContext
from streaming.datasets.pickles import DatasetReader
from tests.access.conftest import make_token
from tests.servers import small_dataset

# Channels looks after old database connections around each message.
pytestmark = pytest.mark.django_db

FRAMES_PORT, SESSION_PORT = 6000, 7000
FRAMES_PATH = f"/frames/{UUID(int=7)}"
HOST = (b"host", b"localhost")


@pytest.fixture(name="application")
def make_application(tmp_path: Path) -> Any:
    """The application of a server of three frames."""
    dataset = DatasetReader.open(small_dataset(tmp_path / "noise.pickle", count=3))
    return build_application(
        StreamContext(dataset=dataset, fps=10, frames_port=FRAMES_PORT, session_port=SESSION_PORT)
    )


@pytest.mark.parametrize(
    ("port", "path", "expected"),
    [
        pytest.param(FRAMES_PORT, FRAMES_PATH, True, id="frames"),
        pytest.param(SESSION_PORT, "/ws/sessions/", True, id="sessions"),
        pytest.param(SESSION_PORT, FRAMES_PATH, False, id="frames on the session port"),
        pytest.param(FRAMES_PORT, "/ws/sessions/", False, id="sessions on the frames port"),
        pytest.param(FRAMES_PORT, f"/ws/live/{UUID(int=7)}/", False, id="live on the frames port"),
        pytest.param(SESSION_PORT, "/ws/", False, id="nowhere"),
        pytest.param(FRAMES_PORT, "/", False, id="nowhere on the frames port"),
    ],
)
async def test_the_port_decides_which_sockets_there_are(
    application: Any, port: int, path: str, expected: bool
) -> None:
    peer = WebsocketCommunicator(
        application,
        path,
        headers=[HOST],
        subprotocols=["fashionsite.frames.v1", "fashionsite.session.v1"],
    )
    peer.scope["server"] = ("127.0.0.1", port)
    connected, _ = await peer.connect()
    assert connected is expected
    await peer.disconnect()


@pytest.mark.parametrize(
    ("port", "path"),
    [
        pytest.param(FRAMES_PORT, FRAMES_PATH, id="frames"),
        pytest.param(SESSION_PORT, "/ws/sessions/", id="sessions"),
    ],
)
async def test_both_ports_refuse_pages_of_other_sites(
    application: Any, port: int, path: str
) -> None:
    peer = WebsocketCommunicator(
        application, path, headers=[HOST, (b"origin", b"http://evil.example")]
    )
    peer.scope["server"] = ("127.0.0.1", port)
    connected, _ = await peer.connect()
    assert not connected


async def test_there_are_no_pages_on_the_frames_port(application: Any) -> None:
    request = HttpCommunicator(application, "GET", "/admin/", headers=[HOST])
    request.scope["server"] = ("127.0.0.1", FRAMES_PORT)
    assert b"frames only" in (await request.get_response())["body"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "place",
    [
        pytest.param((FRAMES_PORT, FRAMES_PATH), id="frames"),
        pytest.param((SESSION_PORT, "/ws/sessions/"), id="sessions"),
    ],
)
@pytest.mark.parametrize(
    ("scheme", "brings_token", "expected"),
    [
        pytest.param(b"https", True, True, id="a token over TLS"),
        pytest.param(b"https", False, False, id="no token"),
        pytest.param(b"http", True, False, id="a token in clear text"),
    ],
)
async def test_on_a_network_both_ports_want_tls_and_a_token(
    application: Any,
    settings: Settings,
    place: tuple[int, str],
    scheme: bytes,
    brings_token: bool,
    expected: bool,
) -> None:
    port, path = place
    settings.ACCESS, settings.HTTPS, settings.BEHIND_PROXY = "network", True, True
    _, text = await database_sync_to_async(make_token)()
    headers = [HOST, (b"x-forwarded-proto", scheme), (b"x-forwarded-for", b"192.0.2.1")]
    if brings_token:
        headers.append((b"authorization", f"Bearer {text}".encode()))
    subprotocols = ["fashionsite.frames.v1", "fashionsite.session.v1"]
    peer = WebsocketCommunicator(application, path, headers=headers, subprotocols=subprotocols)
    peer.scope["server"] = ("127.0.0.1", port)
    connected, _ = await peer.connect()
    assert connected is expected
    await peer.disconnect()
