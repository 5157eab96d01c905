"""streaming.consumers.base.PeerConsumer."""

import asyncio
import json
import logging
from pathlib import Path
from typing import Any, ClassVar

import pytest
from channels.testing import WebsocketCommunicator

from streaming.consumers.base import PeerConsumer
from streaming.context import StreamContext
from streaming.datasets.pickles import DatasetReader
from streaming.errors import OutOfOrder, StorageUnavailable
from streaming.messages import FRAMES_CLIENT_TYPES, Credit
from tests.servers import small_dataset

# Channels looks after old database connections when a socket ends.
pytestmark = pytest.mark.django_db


class Echo(PeerConsumer):
    """Answers credit with credit, and fails at some numbers."""

    subprotocol = "echo.v1"
    types = FRAMES_CLIENT_TYPES
    left_with: ClassVar[list[int]] = []

    async def left(self, code: int) -> None:
        """Remember the code, and fail at some as a database would."""
        self.left_with.append(code)
        if code == 4999:
            raise StorageUnavailable("the database cannot be used just now: locked")

    async def on_message(self, message: Any) -> None:
        """Answer, refuse or break."""
        match message:
            case Credit(until=13):
                raise OutOfOrder("thirteen came")
            case Credit(until=17):
                raise ZeroDivisionError("a bug")
            case Credit(until=19):
                raise StorageUnavailable("the database cannot be used just now: locked")
            case Credit(until=23):
                await self.finish(4000)
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


async def test_names_trouble_with_the_database_in_one_line(
    context: StreamContext, caplog: pytest.LogCaptureFixture
) -> None:
    peer = await _connected(context)
    await peer.send_to(text_data='{"type": "credit", "until": 19}')
    assert (await _refusal(peer))[::2] == ("storage-unavailable", 4503)
    (record,) = [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert "\n" not in record.getMessage() and record.exc_info is None


@pytest.mark.parametrize(
    ("until", "code", "left_with"),
    [
        pytest.param(5, 1001, 1001, id="by the peer"),
        pytest.param(13, 1006, 4410, id="refused before"),
        pytest.param(23, 1006, 4000, id="closed here before"),
    ],
)
async def test_is_left_with_the_code_that_ended_it(
    context: StreamContext, until: int, code: int, left_with: int
) -> None:
    Echo.left_with.clear()
    peer = await _connected(context)
    await peer.send_to(text_data=json.dumps({"type": "credit", "until": until}))
    await peer.receive_output()
    await peer.disconnect(code)
    assert Echo.left_with == [left_with]


async def test_survives_a_database_that_cannot_note_its_end(
    context: StreamContext, caplog: pytest.LogCaptureFixture
) -> None:
    peer = await _connected(context)
    await peer.disconnect(4999)
    (record,) = [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert "its end could not be noted" in record.getMessage()


class Busy(Echo):
    """Does something beside, and keeps it on a list of the process."""

    ended: ClassVar[list[str]] = []

    async def on_message(self, message: Any) -> None:
        """Begin, or break something beside."""
        match message:
            case Credit(until=0):
                self.start(self._wait())
            case _:
                self.start(super().on_message(message))

    async def _wait(self) -> None:
        await self.say(Credit(until=1))
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.append("task")

    def forget(self) -> None:
        """Remember that it was called."""
        self.ended.append("list")


@pytest.mark.parametrize(
    ("server_ends", "ended"),
    [
        pytest.param(False, ["list", "task"], id="alone"),
        # What it leaves is noted from the lists.
        pytest.param(True, ["task"], id="with its server"),
    ],
)
async def test_leaves_nothing_running_where_it_is_killed(
    context: StreamContext, server_ends: bool, ended: list[str]
) -> None:
    Busy.ended.clear()
    peer = WebsocketCommunicator(Busy.as_asgi(context=context), "/", subprotocols=["echo.v1"])
    await peer.connect()
    await peer.send_to(text_data='{"type": "credit", "until": 0}')
    await peer.receive_from()
    if server_ends:
        context.ending.set()
    peer.future.cancel()
    await asyncio.wait([peer.future])
    while len(Busy.ended) < len(ended):
        await asyncio.sleep(0)
    assert sorted(Busy.ended) == ended


async def test_refuses_what_is_raised_beside(context: StreamContext) -> None:
    peer = WebsocketCommunicator(Busy.as_asgi(context=context), "/", subprotocols=["echo.v1"])
    await peer.connect()
    await peer.send_to(text_data='{"type": "credit", "until": 13}')
    assert await _refusal(peer) == ("out-of-order", "thirteen came", 4410)
    await peer.disconnect()


def test_leaves_what_is_answered_to_subclasses() -> None:
    assert PeerConsumer.__abstractmethods__ == {"on_message", "on_binary"}
