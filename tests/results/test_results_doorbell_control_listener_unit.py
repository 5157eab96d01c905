"""results.doorbell.ControlListener."""

import asyncio
from uuid import UUID

from results.doorbell import CONTROL_GROUP, ControlListener, ring, ring_session

WITHIN_S = 10


async def test_hears_which_session_rang_of_all() -> None:
    heard: asyncio.Queue[UUID | None] = asyncio.Queue()
    listener = ControlListener(heard.put_nowait)
    await listener.start()
    for number in (1, 2):
        await ring_session(UUID(int=number))
        assert await asyncio.wait_for(heard.get(), WITHIN_S) == UUID(int=number)
    # Whoever does not say which one means any.
    await ring(CONTROL_GROUP)
    assert await asyncio.wait_for(heard.get(), WITHIN_S) is None
    await listener.close()
