"""Hearing the rings of a group."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer, get_channel_layer

from results import doorbell
from results.doorbell import Listener, ring

WITHIN_S = 10


class BrokenLayer(InMemoryChannelLayer):
    """A layer that can be down, and that forgets its groups when it comes back."""

    def __init__(self) -> None:
        super().__init__()
        self.is_down = False
        self._came_down = asyncio.Event()

    def go_down(self) -> None:
        """Fail from now on, and whoever waits at once."""
        self.is_down = True
        self.groups.clear()
        self._came_down.set()

    def come_back(self) -> None:
        """Work again."""
        self.is_down = False
        self._came_down = asyncio.Event()

    async def group_add(self, group: str, channel: str) -> None:
        self._check()
        await super().group_add(group, channel)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self._check()
        await super().group_send(group, message)

    async def receive(self, channel: str) -> Any:
        self._check()
        tasks = [
            asyncio.ensure_future(super().receive(channel)),
            asyncio.ensure_future(self._came_down.wait()),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if not tasks[0].done():
                raise ConnectionError("the layer is down")
            return tasks[0].result()
        finally:
            for task in tasks:
                task.cancel()

    def _check(self) -> None:
        if self.is_down:
            raise ConnectionError("the layer is down")


@asynccontextmanager
async def _listening(*groups: str) -> AsyncIterator[tuple[Listener, asyncio.Event]]:
    heard = asyncio.Event()
    listener = Listener(heard.set)
    for group in groups:
        await listener.listen(group)
    try:
        yield listener, heard
    finally:
        await listener.close()


async def _hears(heard: asyncio.Event) -> None:
    await asyncio.wait_for(heard.wait(), WITHIN_S)
    heard.clear()


@pytest.fixture(name="layer")
def make_layer(monkeypatch: pytest.MonkeyPatch) -> BrokenLayer:
    """A layer that can go down, in place of the real one."""
    layer = BrokenLayer()
    monkeypatch.setattr("results.doorbell.get_channel_layer", lambda: layer)
    monkeypatch.setattr(doorbell, "LISTEN_AGAIN_AFTER_S", 0.01)
    monkeypatch.setattr(doorbell, "WORKS_AGAIN_AFTER_S", 0)
    return layer


async def test_hears_each_of_its_groups() -> None:
    async with _listening("one", "two") as (_, heard):
        for group in ("one", "two", "one"):
            await ring(group)
            await _hears(heard)


async def test_hears_a_group_no_more_that_it_left() -> None:
    async with _listening("one", "two") as (listener, heard):
        await listener.unlisten("one")
        await ring("one")
        await ring("two")
        await _hears(heard)
        await ring("one")
        await asyncio.sleep(0)
        assert not heard.is_set()


async def test_leaves_nothing_behind() -> None:
    async with _listening("left-behind"):
        pass
    layer: Any = get_channel_layer()
    assert not layer.groups.get("left-behind")


async def test_listens_again_when_the_layer_is_back(
    layer: BrokenLayer, caplog: pytest.LogCaptureFixture
) -> None:
    async with _listening("one") as (_, heard):
        while not layer.channels:
            await asyncio.sleep(0.01)
        with caplog.at_level(logging.INFO, "results.doorbell"):
            layer.go_down()
            await ring("one")
            await ring("one")
            layer.come_back()
            # Something may have rung in between.
            await _hears(heard)
            while not layer.groups:
                await asyncio.sleep(0.01)
            heard.clear()
            await ring("one")
            await _hears(heard)
    levels = [record.levelname for record in caplog.records]
    assert levels == ["WARNING", "INFO"]
    assert "the layer is down" in caplog.records[0].getMessage()


async def test_begins_to_listen_where_the_layer_is_down_at_first(layer: BrokenLayer) -> None:
    layer.is_down = True
    async with _listening("one", "two") as (_, heard):
        layer.is_down = False
        while len(layer.groups) < 2:
            await asyncio.sleep(0.01)
        heard.clear()
        await ring("two")
        await _hears(heard)


async def test_without_a_layer_nothing_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("results.doorbell.get_channel_layer", lambda: None)
    async with _listening("one") as (listener, heard):
        await listener.unlisten("one")
        await ring("one")
        assert not heard.is_set()
