"""fashionsite.health.channel_layer_part."""

import asyncio
from typing import Any
from unittest.mock import patch

from fashionsite.health import channel_layer_part


class _Hangs:
    """A layer that takes messages and gives none back."""

    async def new_channel(self) -> str:
        """A name."""
        return "channel"

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        """Take it, and that is all."""

    async def receive(self, channel: str) -> dict[str, Any]:
        """Wait for ever."""
        del channel
        return await asyncio.Future()


async def test_a_layer_that_gives_back_what_it_took_is_ok() -> None:
    assert await channel_layer_part() == "ok"
    assert await channel_layer_part() == "ok"


async def test_one_that_hangs_is_not_waited_for() -> None:
    with patch("fashionsite.health.get_channel_layer", return_value=_Hangs()):
        assert await channel_layer_part(within_s=0.01) == "unreachable"
