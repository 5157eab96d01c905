"""Ringing both groups of a session from a view."""

from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from results.doorbell import RING_TYPE, control_group, ring_session_from_sync, session_group

SESSION = UUID(int=1)


def test_reaches_both_groups_from_outside_an_event_loop() -> None:
    layer = get_channel_layer()
    assert layer is not None
    async_to_sync(layer.group_add)(control_group(SESSION), "specific.test!first")
    async_to_sync(layer.group_add)(session_group(SESSION), "specific.test!second")
    ring_session_from_sync(SESSION)
    for channel in ("specific.test!first", "specific.test!second"):
        assert async_to_sync(layer.receive)(channel) == {"type": RING_TYPE}
