"""A connection of uvicorn's without a network, for tests of its protocols."""

import asyncio
from typing import Any
from unittest.mock import Mock

import uvicorn
from uvicorn.server import ServerState

from streaming.uvicorn_protocols import ImpatientHttp, StreamWebSocket

HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class Wire:
    """What a transport is asked to do, of which nothing is done."""

    def __init__(self) -> None:
        self.written = b""
        self.ended = ""
        self.is_reading = True
        self.high: int | None = None

    def write(self, data: bytes) -> None:
        """Keep it."""
        self.written += data

    def close(self) -> None:
        """Note it."""
        self.ended = self.ended or "closed"

    def abort(self) -> None:
        """Note it."""
        self.ended = "aborted"

    def is_closing(self) -> bool:
        """Whether it was asked to end."""
        return bool(self.ended)

    def pause_reading(self) -> None:
        """Note it."""
        self.is_reading = False

    def resume_reading(self) -> None:
        """Note it."""
        self.is_reading = True

    def set_write_buffer_limits(self, high: int | None = None) -> None:
        """Note it."""
        self.high = high

    def get_extra_info(self, _name: str) -> None:
        """It has none."""


def configured(application: Any) -> uvicorn.Config:
    """A configuration that loads nothing of its own."""
    config = uvicorn.Config(
        application, ws=StreamWebSocket, http=ImpatientHttp, lifespan="off", log_config=None
    )
    config.load()
    return config


def websocket(application: Any = None) -> tuple[StreamWebSocket, Wire]:
    """A websocket before its handshake."""
    wire = Wire()
    protocol = StreamWebSocket(configured(application or Mock()), ServerState(), {})
    protocol.connection_made(wire)
    return protocol, wire


async def opened_websocket() -> tuple[StreamWebSocket, Wire]:
    """A websocket that an application has accepted, which is told nothing more."""
    done = asyncio.Event()

    async def application(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        done.set()
        await asyncio.Event().wait()

    protocol, wire = websocket(application)
    protocol.data_received(HANDSHAKE)
    await asyncio.wait_for(done.wait(), 5)
    wire.written = b""
    return protocol, wire


def masked(opcode: int, payload: bytes, *, fin: bool = True) -> bytes:
    """A short frame as a client sends it, masked with zeros."""
    assert len(payload) < 126
    return bytes([0x80 * fin | opcode, 0x80 | len(payload), 0, 0, 0, 0]) + payload
