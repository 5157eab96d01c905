"""streaming.consumers.base.PeerConsumer."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator

from streaming.consumers.base import PeerConsumer
from streaming.context import StreamContext
from streaming.datasets.pickles import DatasetReader
from streaming.errors import OutOfOrder
from streaming.messages import FRAMES_CLIENT_TYPES, Credit
from tests.servers import small_dataset

# Channels looks after old database connections around each message.
pytestmark = pytest.mark.django_db


class Echo(PeerConsumer):
    """Answers credit with credit, and fails at some numbers."""

    subprotocol = "echo.v1"
    types = FRAMES_CLIENT_TYPES

    async def on_message(self, message: Any) -> None:
        """Answer, refuse or break."""
        match message:
            case Credit(until=13):
                raise OutOfOrder("thirteen came")
            case Credit(until=17):
                raise ZeroDivisionError("a bug")
            case _:
                await self.say(message)

    async def on_binary(self, message: bytes) -> None:
        """Answer with the length."""
        await self.say(Credit(until=len(message)))


@pytest.fixture(name="context")
def make_context(tmp_path: Path) -> StreamContext:
    """A context as `runstream` makes it."""
    dataset = DatasetReader.open(small_dataset(tmp_path / "noise.pickle", count=3))
    return StreamContext(dataset=dataset, fps=10, frames_port=6000, session_port=7000)


async def _connected(context: StreamContext, *, offered: str = "echo.v1") -> WebsocketCommunicator:
    peer = WebsocketCommunicator(Echo.as_asgi(context=context), "/", subprotocols=[offered])
    connected, subprotocol = await peer.connect()
    assert connected
    assert subprotocol == ("echo.v1" if offered == "echo.v1" else None)
    return peer


async def _refusal(peer: WebsocketCommunicator) -> tuple[str, str, int]:
    error = json.loads(await peer.receive_from())
    assert error["type"] == "error"
    closed = await peer.receive_output()
    assert closed["type"] == "websocket.close"
    assert closed["code"] == error["close_code"]
    return error["code"], error["detail"], error["close_code"]


async def test_answers_text_and_binary(context: StreamContext) -> None:
    peer = await _connected(context)
    await peer.send_to(text_data='{"type": "credit", "until": 5}')
    assert json.loads(await peer.receive_from()) == {"type": "credit", "until": 5}
    await peer.send_to(bytes_data=b"abc")
    assert json.loads(await peer.receive_from()) == {"type": "credit", "until": 3}
    await peer.disconnect()


async def test_refuses_another_subprotocol_after_the_handshake(context: StreamContext) -> None:
    # Before it, a browser could not read the close code.
    peer = await _connected(context, offered="chat")
    code, detail, close_code = await _refusal(peer)
    assert (code, close_code) == ("wrong-subprotocol", 4406)
    assert detail == "this path speaks echo.v1, the client offered chat"


async def test_says_what_was_wrong_and_logs_no_traceback(
    context: StreamContext, caplog: pytest.LogCaptureFixture
) -> None:
    peer = await _connected(context)
    await peer.send_to(text_data='{"type": "credit", "until": 13}')
    assert await _refusal(peer) == ("out-of-order", "thirteen came", 4410)
    (record,) = [each for each in caplog.records if each.levelno == logging.WARNING]
    assert record.getMessage().endswith("refused, out-of-order: thirteen came")
    assert record.exc_info is None


async def test_tells_nothing_of_our_own_bugs_but_logs_them(
    context: StreamContext, caplog: pytest.LogCaptureFixture
) -> None:
    peer = await _connected(context)
    await peer.send_to(text_data='{"type": "credit", "until": 17}')
    code, detail, close_code = await _refusal(peer)
    assert (code, close_code) == ("internal-error", 4500)
    assert "bug" not in detail
    (record,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert record.exc_info is not None and record.exc_info[0] is ZeroDivisionError


async def test_takes_no_further_message_after_a_refusal(context: StreamContext) -> None:
    peer = await _connected(context)
    await peer.send_to(text_data="nonsense")
    assert (await _refusal(peer))[0] == "malformed-message"
    await peer.send_to(text_data='{"type": "credit", "until": 5}')
    await peer.send_to(text_data="nonsense")
    assert await peer.receive_nothing()


def test_leaves_what_is_answered_to_subclasses() -> None:
    assert PeerConsumer.__abstractmethods__ == {"on_message", "on_binary"}
