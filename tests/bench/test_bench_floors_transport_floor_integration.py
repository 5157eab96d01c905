"""Frames over a bare websocket."""

import pytest

from bench.floors import transport_floor
from bench.hosts import own_process


@pytest.mark.parametrize("per_message", [1, 64])
def test_counts_every_frame_that_came(per_message: int) -> None:
    with own_process() as server, own_process() as client:
        fps = transport_floor(server, client, frames=640, per_message=per_message, frame_bytes=784)
    assert fps > 640 / 60
