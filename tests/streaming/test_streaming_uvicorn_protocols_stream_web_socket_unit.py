"""streaming.uvicorn_protocols.StreamWebSocket, without a network."""

import asyncio
import struct
from collections.abc import AsyncIterator
from typing import Any
from unittest.mock import Mock

import pytest
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from streaming.connection_limits import CLOSE_HANDSHAKE_TAKES_S, GOODBYE_TAKES_S
from streaming.pacing import WINDOW_BYTES
from streaming.uvicorn_protocols import MAX_WAITING, SILENCE_S, StreamWebSocket
from tests.streaming.uvicorn_connections import (
    HANDSHAKE,
    Wire,
    masked,
    opened_websocket,
    websocket,
)

TEXT, BINARY, CLOSE, PING = 1, 2, 8, 9


@pytest.fixture(name="opened")
async def open_websocket() -> AsyncIterator[tuple[StreamWebSocket, Wire]]:
    """A websocket that is open; what it runs ends with the test."""
    protocol, wire = await opened_websocket()
    yield protocol, wire
    if protocol.close_timer is not None:
        protocol.close_timer.cancel()
    protocol.stop_keepalive()
    for task in list(protocol.tasks):
        task.cancel()
    await asyncio.sleep(0)


def _close_frame(code: int) -> bytes:
    return bytes([0x80 | CLOSE, 2]) + struct.pack("!H", code)


def _hangs_up_in(protocol: StreamWebSocket) -> float:
    assert protocol.close_timer is not None
    return protocol.close_timer.when() - protocol.loop.time()


def _told(protocol: StreamWebSocket) -> list[Any]:
    return [protocol.queue.get_nowait() for _ in range(protocol.queue.qsize())]


async def test_a_window_may_wait_for_a_slow_reader_and_a_larger_message_too(
    opened: tuple[StreamWebSocket, Wire],
) -> None:
    protocol, wire = opened
    assert wire.high == 2 * WINDOW_BYTES
    await protocol.send({"type": "websocket.send", "bytes": bytes(WINDOW_BYTES + 1)})
    assert wire.high == 2 * (WINDOW_BYTES + 1)


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536, 3_000_000])
@pytest.mark.parametrize("kind", ["bytes", "text"])
async def test_a_client_reads_what_was_sent_whatever_its_length(
    opened: tuple[StreamWebSocket, Wire], length: int, kind: str
) -> None:
    protocol, wire = opened
    message = "x" * length if kind == "text" else bytes(length)
    await protocol.send({"type": "websocket.send", kind: message})
    client = ClientProtocol(parse_uri("ws://a/"), state=State.OPEN, max_size=None)
    client.receive_data(wire.written)
    (frame,) = client.events_received()
    assert isinstance(frame, Frame) and frame.fin
    assert frame.opcode == (Opcode.TEXT if kind == "text" else Opcode.BINARY)
    assert frame.data == (message.encode() if isinstance(message, str) else message)


async def test_sending_waits_for_a_reader_that_takes_nothing(
    opened: tuple[StreamWebSocket, Wire],
) -> None:
    protocol, wire = opened
    protocol.pause_writing()
    sending = asyncio.create_task(protocol.send({"type": "websocket.send", "text": "frames"}))
    await asyncio.sleep(0)
    assert not sending.done() and not wire.written
    protocol.resume_writing()
    await sending
    assert b"frames" in wire.written


async def test_a_close_waits_for_no_reader(opened: tuple[StreamWebSocket, Wire]) -> None:
    protocol, wire = opened
    protocol.pause_writing()
    await protocol.send({"type": "websocket.close", "code": 4408})
    assert wire.written == _close_frame(4408)
    assert _hangs_up_in(protocol) == pytest.approx(CLOSE_HANDSHAKE_TAKES_S, abs=1)
    assert not wire.ended


async def test_nothing_is_sent_to_a_peer_that_is_gone(
    opened: tuple[StreamWebSocket, Wire],
) -> None:
    protocol, wire = opened
    protocol.connection_lost(None)
    await protocol.send({"type": "websocket.send", "text": "late"})
    await protocol.send({"type": "websocket.close", "code": 1000})
    assert not wire.written
    assert _told(protocol)[0]["code"] == 1006


async def test_nothing_is_sent_after_a_close(opened: tuple[StreamWebSocket, Wire]) -> None:
    protocol, wire = opened
    await protocol.send({"type": "websocket.close", "code": 1000})
    before = wire.written
    await protocol.send({"type": "websocket.send", "text": "late"})
    assert wire.written == before


async def test_the_connection_ends_when_the_peer_agrees(
    opened: tuple[StreamWebSocket, Wire],
) -> None:
    protocol, wire = opened
    await protocol.send({"type": "websocket.close", "code": 1000})
    protocol.data_received(masked(CLOSE, struct.pack("!H", 1000)))
    assert wire.ended == "closed"
    assert protocol.close_timer is None


async def test_a_pause_of_reading_ends_with_the_close(
    opened: tuple[StreamWebSocket, Wire],
) -> None:
    protocol, wire = opened
    protocol.data_received(masked(TEXT, b"one") * (MAX_WAITING - 1))
    states = [wire.is_reading]
    protocol.data_received(masked(TEXT, b"one more"))
    states.append(wire.is_reading)
    await protocol.send({"type": "websocket.close", "code": 1000})
    states.append(wire.is_reading)
    assert states == [True, False, True]


async def test_text_that_is_none_ends_it(opened: tuple[StreamWebSocket, Wire]) -> None:
    protocol, wire = opened
    protocol.data_received(masked(TEXT, b"\xff\xfe"))
    assert wire.written.startswith(bytes([0x80 | CLOSE])) and b"\x03\xef" in wire.written
    assert [event["code"] for event in _told(protocol)] == [1007]


async def test_a_letter_may_be_cut_in_two_by_frames(
    opened: tuple[StreamWebSocket, Wire],
) -> None:
    protocol, _ = opened
    protocol.data_received(masked(TEXT, "ä".encode()[:1], fin=False) + masked(0, "ä".encode()[1:]))
    assert _told(protocol) == [{"type": "websocket.receive", "text": "ä"}]


async def test_a_peer_that_breaks_the_framing_is_told_and_heard_out(
    opened: tuple[StreamWebSocket, Wire],
) -> None:
    protocol, wire = opened
    protocol.data_received(bytes([0x80 | BINARY, 5]) + b"plain")  # a client has to mask
    assert wire.written[:4] == bytes([0x80 | CLOSE, wire.written[1]]) + struct.pack("!H", 1002)
    assert [event["code"] for event in _told(protocol)] == [1002]
    before = wire.written
    protocol.data_received(b"and more")
    assert wire.written == before and not wire.ended
    assert _hangs_up_in(protocol) == pytest.approx(SILENCE_S, abs=0.4)


async def test_a_ping_is_answered_unless_answers_are_not_read(
    opened: tuple[StreamWebSocket, Wire],
) -> None:
    protocol, wire = opened
    protocol.data_received(masked(PING, b"one"))
    assert wire.written.endswith(b"one")
    protocol.pause_writing()
    protocol.data_received(masked(PING, b"two"))
    assert wire.written.endswith(b"one")


async def test_a_ping_without_an_answer_ends_it(opened: tuple[StreamWebSocket, Wire]) -> None:
    protocol, wire = opened
    protocol.keepalive_timeout()
    assert wire.written[2:4] == struct.pack("!H", 1011)
    assert [event["code"] for event in _told(protocol)] == [1006]


async def test_a_ping_whose_answer_we_did_not_read_does_not(
    opened: tuple[StreamWebSocket, Wire],
) -> None:
    protocol, wire = opened
    protocol.data_received(masked(TEXT, b"a batch that waits for the database") * MAX_WAITING)
    protocol.keepalive_timeout()
    assert not wire.written and not protocol.close_sent
    assert protocol.pong_timer is not None


async def test_says_goodbye_as_the_server_ends(opened: tuple[StreamWebSocket, Wire]) -> None:
    protocol, wire = opened
    protocol.shutdown()
    assert wire.written == _close_frame(1001)
    assert not wire.ended
    assert _hangs_up_in(protocol) == pytest.approx(GOODBYE_TAKES_S, abs=0.2)
    assert [event["code"] for event in _told(protocol)] == [1001]


async def test_does_not_wait_long_for_a_close_under_way_as_the_server_ends(
    opened: tuple[StreamWebSocket, Wire],
) -> None:
    protocol, wire = opened
    await protocol.send({"type": "websocket.close", "code": 4408})
    protocol.shutdown()
    assert wire.written == _close_frame(4408)
    assert _hangs_up_in(protocol) < 1


async def test_a_handshake_that_is_too_long_is_refused() -> None:
    protocol, wire = websocket(Mock())
    protocol.data_received(HANDSHAKE[:-2] + b"X: " + b"x" * 10_000 + b"\r\n\r\n")
    assert wire.written.startswith(b"HTTP/1.1 400 ")
    assert wire.ended == "closed"
