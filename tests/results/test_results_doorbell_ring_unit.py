"""Waking the listeners of a group."""

import pytest
from channels.layers import get_channel_layer

from results.doorbell import RING_TYPE, ring


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
