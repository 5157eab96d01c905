"""Ringing both groups of a session from a view."""

from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from results.doorbell import CONTROL_GROUP, RING_TYPE, ring_session_from_sync, session_group

SESSION = UUID(int=1)


def test_reaches_both_groups_from_outside_an_event_loop() -> None:
    layer = get_channel_layer()
    assert layer is not None
    async_to_sync(layer.group_add)(CONTROL_GROUP, "specific.test!first")
    async_to_sync(layer.group_add)(session_group(SESSION), "specific.test!second")
    ring_session_from_sync(SESSION)
    first, second = (
        async_to_sync(layer.receive)(f"specific.test!{name}") for name in ("first", "second")
    )
    assert first == {"type": RING_TYPE, "session": SESSION.hex}
    assert second == {"type": RING_TYPE}
