"""Waking the listeners of a group."""

import asyncio
import logging

import pytest
from channels.layers import get_channel_layer

from results import doorbell
from results.doorbell import RING_TYPE, ring


@pytest.fixture(autouse=True)
def _nothing_known_of_the_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test made of the channel layer is not what the next begins with."""
    monkeypatch.setattr(doorbell, "_layer", type(getattr(doorbell, "_layer"))())


async def test_reaches_every_listener_without_content() -> None:
    layer = get_channel_layer()
    assert layer is not None
    channels = [await layer.new_channel(), await layer.new_channel()]
    for channel in channels:
        await layer.group_add("a-group", channel)
    await ring("a-group")
    for channel in channels:
        assert await layer.receive(channel) == {"type": RING_TYPE}


async def test_a_group_without_listeners_is_no_error() -> None:
    await ring("nobody-here")


async def test_a_full_listener_is_not_waited_for() -> None:
    layer = get_channel_layer()
    assert layer is not None
    channel = await layer.new_channel()
    await layer.group_add("full-group", channel)
    for _ in range(200):
        await ring("full-group")
    assert await layer.receive(channel) == {"type": RING_TYPE}


async def test_without_a_channel_layer_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("results.doorbell.get_channel_layer", lambda: None)
    await ring("a-group")


@pytest.mark.parametrize(
    "error", [pytest.param(ConnectionError("refused"), id="down"), OSError("gone")]
)
async def test_a_layer_that_fails_is_passed_over_and_named_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    class Failing:
        """A layer that does not work, until it does."""

        is_down = True

        async def group_send(self, _group: str, _message: object) -> None:
            """Fail."""
            if self.is_down:
                raise error

    layer = Failing()
    monkeypatch.setattr(doorbell, "WORKS_AGAIN_AFTER_S", 0)
    monkeypatch.setattr("results.doorbell.get_channel_layer", lambda: layer)
    with caplog.at_level(logging.INFO, "results.doorbell"):
        await ring("a-group")
        await ring("a-group")
        layer.is_down = False
        await ring("a-group")
        await ring("a-group")
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert str(error) in caplog.records[0].getMessage()


async def test_a_layer_that_fails_now_and_then_is_named_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Flapping:
        """A layer that fails every other time."""

        is_down = False

        async def group_send(self, _group: str, _message: object) -> None:
            """Fail, or not."""
            self.is_down = not self.is_down
            if self.is_down:
                raise ConnectionError("one of its connections")

    layer = Flapping()
    monkeypatch.setattr("results.doorbell.get_channel_layer", lambda: layer)
    with caplog.at_level(logging.INFO, "results.doorbell"):
        for _ in range(10):
            await ring("a-group")
        monkeypatch.setattr(doorbell, "WORKS_AGAIN_AFTER_S", 0)
        await ring("a-group")
        await ring("a-group")
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


async def test_a_layer_that_does_not_answer_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = 0

    class Silent:
        """A layer that never answers."""

        async def group_send(self, _group: str, _message: object) -> None:
            """Wait for ever."""
            nonlocal asked
            asked += 1
            await asyncio.Event().wait()

    monkeypatch.setattr("results.doorbell.get_channel_layer", Silent)
    monkeypatch.setattr(doorbell, "LAYER_ANSWERS_WITHIN_S", 0.01)
    # Long enough for these rings.
    monkeypatch.setattr(doorbell, "RING_AGAIN_AFTER_S", 0.2)
    for _ in range(3):
        await ring("a-group")
    assert asked == 1
    while asked == 1:
        await ring("a-group")
        await asyncio.sleep(0.01)
