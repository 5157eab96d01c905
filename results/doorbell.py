"""Telling whoever listens that a session has changed; what changed is in the database.

Channel layers deliver at most once and drop silently, so a ring carries no content, and every
listener also looks by itself from time to time.
"""

from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

RING_TYPE = "doorbell.rang"  # the handler of a Channels consumer: doorbell_rang
REQUESTS_GROUP = "session-requests"


def session_group(session_uuid: UUID) -> str:
    """The channel layer group of whoever watches one session, rung when its numbers change."""
    return f"session-{session_uuid.hex}"


def control_group(session_uuid: UUID) -> str:
    """The group of one session's own sockets, rung only when it starts, stops or ends."""
    return f"control-{session_uuid.hex}"


async def ring(group: str) -> None:
    """Wake every listener of a group; a full or absent listener is not waited for."""
    layer = get_channel_layer()
    if layer is not None:
        await layer.group_send(group, {"type": RING_TYPE})


async def ring_session(session_uuid: UUID) -> None:
    """Wake both sockets of a session and whoever watches it."""
    await ring(control_group(session_uuid))
    await ring(session_group(session_uuid))


def ring_from_sync(group: str) -> None:
    """:func:`ring` for code that runs outside an event loop (views, admin)."""
    async_to_sync(ring)(group)


def ring_session_from_sync(session_uuid: UUID) -> None:
    """:func:`ring_session` for code that runs outside an event loop."""
    async_to_sync(ring_session)(session_uuid)
