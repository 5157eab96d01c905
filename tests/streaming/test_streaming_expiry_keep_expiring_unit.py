"""streaming.expiry.keep_expiring."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError

from results import services
from results.doorbell import CONTROL_GROUP, REQUESTS_GROUP, Listener
from streaming.expiry import keep_expiring

WITHIN_S = 10


def _nothing() -> list[UUID]:
    return []


async def _run(
    monkeypatch: pytest.MonkeyPatch,
    looks: list[Callable[[], list[UUID]]],
    handed_back: Callable[[], list[UUID]] = _nothing,
) -> None:
    """Keep expiring until every look was taken, and all else was done after the last two."""
    packed = seen = dropped = 0
    taken = asyncio.Event()
    loop = asyncio.get_running_loop()

    def expire_sessions(*, older_than: timedelta) -> list[UUID]:
        assert older_than == timedelta(seconds=0.004)
        return looks.pop(0)() if looks else []

    def seal_blocks() -> int:
        nonlocal packed
        packed += 1
        return 0

    def look_at_drift() -> int:
        nonlocal seen
        seen += 1
        assert packed == seen
        return 0

    def drop_pulses() -> int:
        nonlocal dropped
        dropped += 1
        assert seen == dropped
        if dropped == 2:
            loop.call_soon_threadsafe(taken.set)
        return 0

    monkeypatch.setattr(services, "expire_sessions", expire_sessions)
    monkeypatch.setattr(services, "hand_back_sessions", handed_back)
    monkeypatch.setattr(services, "seal_blocks", seal_blocks)
    monkeypatch.setattr(services, "look_at_drift", look_at_drift)
    monkeypatch.setattr(services, "drop_pulses", drop_pulses)
    task = asyncio.create_task(keep_expiring(0.004))
    await asyncio.wait_for(taken.wait(), WITHIN_S)
    task.cancel()


async def test_rings_for_each_that_expired(monkeypatch: pytest.MonkeyPatch) -> None:
    uuid, heard = uuid4(), asyncio.Event()
    listener = Listener(heard.set)
    await listener.listen(CONTROL_GROUP)
    await _run(monkeypatch, [lambda: [uuid]])
    await asyncio.wait_for(heard.wait(), WITHIN_S)
    await listener.close()


async def test_rings_for_workers_where_a_session_was_handed_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard, waiting = asyncio.Event(), [uuid4()]
    listener = Listener(heard.set)
    await listener.listen(REQUESTS_GROUP)
    await _run(monkeypatch, [], lambda: [waiting.pop()] if waiting else [])
    await asyncio.wait_for(heard.wait(), WITHIN_S)
    await listener.close()


@pytest.mark.parametrize(
    ("error", "level"),
    [
        pytest.param(OperationalError("locked"), logging.WARNING, id="the database"),
        pytest.param(ZeroDivisionError("a bug"), logging.ERROR, id="a bug"),
    ],
)
async def test_goes_on_after_a_failure(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception, level: int
) -> None:
    def fail() -> list[UUID]:
        raise error

    await _run(monkeypatch, [fail, list])
    assert [record.levelno for record in caplog.records] == [level]
