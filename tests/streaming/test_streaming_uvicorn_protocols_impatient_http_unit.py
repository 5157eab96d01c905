"""streaming.uvicorn_protocols.ImpatientHttp, without a network."""

import asyncio
from typing import Any

import pytest
from uvicorn.server import ServerState

from streaming import uvicorn_protocols
from streaming.uvicorn_protocols import ImpatientHttp
from tests.streaming.uvicorn_connections import HANDSHAKE, Wire, configured

_HEAD = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n"


@pytest.fixture(autouse=True)
def give_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a request have no time at all, once the event loop has its turn."""
    monkeypatch.setattr(uvicorn_protocols, "REQUEST_TAKES_S", 0.0)


def _connection() -> tuple[ImpatientHttp, Wire]:
    async def application(_scope: Any, _receive: Any, _send: Any) -> None:
        await asyncio.Event().wait()

    wire = Wire()
    setattr(wire, "set_protocol", lambda _protocol: None)
    protocol = ImpatientHttp(configured(application), ServerState(), {})
    protocol.connection_made(wire)
    return protocol, wire


async def _a_moment() -> None:
    """Let the timers that are due have their turn, which come before those set later."""
    ran_out = asyncio.Event()
    asyncio.get_running_loop().call_later(0, ran_out.set)
    await ran_out.wait()


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(_HEAD[:10], id="half a head"),
        pytest.param(_HEAD + b"x", id="half a body"),
    ],
)
async def test_hangs_up_on_a_request_that_does_not_come(sent: bytes) -> None:
    protocol, wire = _connection()
    if sent:
        protocol.data_received(sent)
    await _a_moment()
    assert wire.ended == "closed"


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(_HEAD + b"xy", id="a request"),
        pytest.param(HANDSHAKE, id="a websocket"),
    ],
)
async def test_lets_what_came_take_its_time(sent: bytes) -> None:
    protocol, wire = _connection()
    protocol.data_received(sent)
    await _a_moment()
    assert not wire.ended


async def test_expects_nothing_of_a_connection_that_is_gone() -> None:
    protocol, wire = _connection()
    protocol.connection_lost(ConnectionResetError())
    await _a_moment()
    assert not wire.ended
