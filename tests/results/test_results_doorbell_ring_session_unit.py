"""Waking a session's sockets and its listeners."""

from uuid import UUID

from channels.layers import get_channel_layer

from results.doorbell import CONTROL_GROUP, RING_TYPE, ring_session, session_group

SESSION = UUID(int=1)


async def test_reaches_both_groups() -> None:
    layer = get_channel_layer()
    assert layer is not None
    for group, told in ((CONTROL_GROUP, {"session": SESSION.hex}), (session_group(SESSION), {})):
        channel = await layer.new_channel()
        await layer.group_add(group, channel)
        await ring_session(SESSION)
        assert await layer.receive(channel) == {"type": RING_TYPE, **told}
