"""fashionsite.asgi.counted."""

from typing import Any

import pytest

from fashionsite.asgi import counted
from tests.telemetry.samples import sample


def _open() -> list[float]:
    return [sample("fashionsite_websockets", port=port) for port in ("frames", "session")]


async def test_counts_a_websocket_of_its_port_as_long_as_it_is_open() -> None:
    frames, session = _open()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive, send
        assert _open() == [frames + 1, session]
        raise ConnectionError("it broke")

    nothing: Any = None
    with pytest.raises(ConnectionError):
        await counted(application, "frames")(nothing, nothing, nothing)
    assert _open() == [frames, session]
