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
    """The channel layer group of one session's listeners."""
    return f"session-{session_uuid.hex}"


async def ring(group: str) -> None:
    """Wake every listener of a group; a full or absent listener is not waited for."""
    layer = get_channel_layer()
    if layer is not None:
        await layer.group_send(group, {"type": RING_TYPE})


def ring_from_sync(group: str) -> None:
    """:func:`ring` for code that runs outside an event loop (views, admin)."""
    async_to_sync(ring)(group)
