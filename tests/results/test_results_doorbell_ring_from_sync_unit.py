"""Ringing from a view."""

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from results.doorbell import RING_TYPE, ring_from_sync


def test_reaches_listeners_from_outside_an_event_loop() -> None:
    layer = get_channel_layer()
    assert layer is not None
    async_to_sync(layer.group_add)("a-group", "specific.test!channel")
    ring_from_sync("a-group")
    assert async_to_sync(layer.receive)("specific.test!channel") == {"type": RING_TYPE}
