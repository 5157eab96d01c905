"""results.live.LiveConsumer: the live view's socket against the database and the doorbell."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.db import OperationalError

from results import live, selectors, services
from results.batches import PredictionBatch
from results.doorbell import ring, session_group
from results.lifecycle import SessionState
from results.live import LiveMessage, websocket_urlpatterns
from results.models import Prediction, Session, SessionPulse
from results.selectors import LiveSnapshot
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db(transaction=True)
READY = json.dumps({"type": "ready"})
TIMEOUT_S = 10


@asynccontextmanager
async def _watching(session_uuid: uuid.UUID) -> AsyncIterator[WebsocketCommunicator]:
    application: Any = URLRouter(websocket_urlpatterns)
    socket = WebsocketCommunicator(application, f"/ws/live/{session_uuid}/")
    connected, _ = await socket.connect(timeout=TIMEOUT_S)
    assert connected
    try:
        yield socket
    finally:
        await socket.disconnect()


async def _next(socket: WebsocketCommunicator) -> LiveMessage:
    message: LiveMessage = await socket.receive_json_from(timeout=TIMEOUT_S)
    return message


async def _closed(socket: WebsocketCommunicator) -> int:
    output = await socket.receive_output(timeout=TIMEOUT_S)
    assert output["type"] == "websocket.close"
    code: int = output["code"]
    return code


async def _running(stored: int = 0) -> Session:
    session = await sync_to_async(make_session)()
    if stored:
        await sync_to_async(make_predictions)(session, make_batch(stored))
    return session


async def _store(session: Session, batch: PredictionBatch) -> None:
    await sync_to_async(services.store_predictions)(
        session_uuid=session.uuid, batch=batch, labels=None
    )
    await ring(session_group(session.uuid))


async def test_sends_the_state_at_once_and_again_when_it_changed() -> None:
    session = await _running(stored=3)
    async with _watching(session.uuid) as socket:
        first = await _next(socket)
        assert (first["type"], first["uuid"], first["final"]) == (
            "snapshot",
            str(session.uuid),
            False,
        )
        assert (first["state"], first["ledger"]["stored"]) == ("running", 3)
        await _store(session, make_batch(2, start=3))
        while (following := await _next(socket))["ledger"]["stored"] == 3:
            await socket.send_to(text_data=READY)
        assert following["ledger"]["stored"] == 5
        assert following["last"] is not None
        assert following["last"]["sequence"] == 4
        assert sum(following["class_counts"]) == 5


async def test_who_comes_late_is_told_the_same_last_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "IDLE_INTERVAL_S", 0.01)
    monkeypatch.setattr(live, "MIN_INTERVAL_S", 0.01)
    session = await _running(stored=30)
    counts = ("sent", "received", "analysed", "stored")
    for slot in range(4):
        await SessionPulse.objects.acreate(
            session=session, slot=slot, second=100 + slot, **dict.fromkeys(counts, 10 * slot)
        )
    async with _watching(session.uuid) as socket:
        first = await _next(socket)
        assert first["history"] is not None
        assert [step["frames"] for step in first["history"]] == [10, 10, 10]
        # What has not changed is not told again.
        await socket.send_to(text_data=READY)
        assert (await _next(socket))["history"] is None
        async with _watching(session.uuid) as late:
            assert (await _next(late))["history"] == first["history"]


async def test_notices_a_change_that_nobody_rang_for() -> None:
    session = await _running()
    async with _watching(session.uuid) as socket:
        await _next(socket)
        await sync_to_async(services.request_stop)(session_uuid=session.uuid, reason="browser")
        while not (await _next(socket))["stop_requested"]:
            await socket.send_to(text_data=READY)


async def test_says_nothing_while_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "IDLE_INTERVAL_S", 0.01)
    monkeypatch.setattr(live, "MIN_INTERVAL_S", 0.01)
    session = await sync_to_async(make_session)(SessionState.REQUESTED)
    async with _watching(session.uuid) as socket:
        await _next(socket)
        assert await socket.receive_nothing(timeout=0.3)


async def test_a_browser_that_does_not_keep_up_gets_no_more_than_the_window(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "IDLE_INTERVAL_S", 0.01)
    monkeypatch.setattr(live, "MIN_INTERVAL_S", 0.01)
    session = await _running()
    async with _watching(session.uuid) as socket:
        # The achieved rate of a running session changes with every look.
        for _ in range(live.WINDOW):
            await _next(socket)
        await _store(session, make_batch(5))
        assert await socket.receive_nothing(timeout=0.3)
        await socket.send_to(text_data=READY)
        assert (await _next(socket))["ledger"]["stored"] == 5
        assert await socket.receive_nothing(timeout=0.3)


async def test_sends_at_most_ten_a_second_however_often_it_rings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "REST_FACTOR", 0)
    session = await _running()
    clock = asyncio.get_running_loop().time
    async with _watching(session.uuid) as socket:
        await _next(socket)
        began = clock()
        for count in range(3):
            await _store(session, make_batch(1, start=count))
            await socket.send_to(text_data=READY)
            while (await _next(socket))["ledger"]["stored"] <= count:
                await socket.send_to(text_data=READY)
        assert clock() - began >= 2 * live.MIN_INTERVAL_S


@pytest.mark.parametrize(
    "state", [SessionState.COMPLETED, SessionState.STOPPED, SessionState.FAILED]
)
async def test_the_last_message_is_the_final_state_and_then_it_closes(state: SessionState) -> None:
    session = await sync_to_async(make_session)(state)
    async with _watching(session.uuid) as socket:
        message = await _next(socket)
        assert (message["state"], message["final"]) == (state, True)
        assert await _closed(socket) == 1000


async def test_the_end_is_told_even_to_a_browser_that_never_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "IDLE_INTERVAL_S", 0.01)
    monkeypatch.setattr(live, "MIN_INTERVAL_S", 0.01)
    session = await _running()
    async with _watching(session.uuid) as socket:
        for _ in range(live.WINDOW):
            await _next(socket)
        await sync_to_async(services.fail_session)(session_uuid=session.uuid, error="it broke")
        assert (await _next(socket))["final"]
        assert await _closed(socket) == 1000


async def test_an_unknown_session_is_told_by_the_close_code() -> None:
    async with _watching(uuid.uuid4()) as socket:
        assert await _closed(socket) == live.CLOSE_UNKNOWN_SESSION


@pytest.mark.parametrize(
    ("text", "data"),
    [
        pytest.param("ready", None, id="no JSON"),
        pytest.param('["ready"]', None, id="no object"),
        pytest.param('{"type": "stop"}', None, id="another type"),
        pytest.param("[" * 200, None, id="nested"),
        pytest.param(json.dumps({"type": "ready", "more": "x" * 300}), None, id="too long"),
        pytest.param(None, b"\x00", id="bytes"),
    ],
)
async def test_closes_on_what_is_no_message(text: str | None, data: bytes | None) -> None:
    session = await sync_to_async(make_session)(SessionState.REQUESTED)
    async with _watching(session.uuid) as socket:
        await _next(socket)
        await socket.send_to(text_data=text, bytes_data=data)
        assert await _closed(socket) == live.CLOSE_MALFORMED


async def test_our_own_bug_closes_the_socket_and_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_session: Session) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("results.selectors.live_snapshot", broken)
    session = await _running()
    async with _watching(session.uuid) as socket:
        assert await _closed(socket) == live.CLOSE_OWN_BUG
    assert "the live view failed" in caplog.text


async def test_survives_a_database_that_cannot_be_read_for_a_while(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(live, "TROUBLE_INTERVAL_S", 0.01)
    session = await _running(stored=2)
    snapshot, failures = selectors.live_snapshot, [OperationalError("locked")] * 2

    def locked_at_first(shown: Session) -> LiveSnapshot:
        if failures:
            raise failures.pop()
        return snapshot(shown)

    monkeypatch.setattr("results.selectors.live_snapshot", locked_at_first)
    async with _watching(session.uuid) as socket:
        assert (await _next(socket))["ledger"]["stored"] == 2
    assert "locked" in caplog.text and "Traceback" not in caplog.text


async def test_watching_changes_nothing() -> None:
    session = await _running(stored=2)
    async with _watching(session.uuid) as socket:
        await _next(socket)
    assert await Prediction.objects.acount() == 2
    assert (await Session.objects.aget()).state == "running"
