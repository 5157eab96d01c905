"""streaming.context.RunningFlow."""

import dataclasses

import pytest

from streaming.context import RunningFlow
from streaming.pacing import FrameFlow


def test_is_of_one_connection_and_cannot_be_changed() -> None:
    flow = FrameFlow(announced=1, fps=0, frame_bytes=1)
    running = RunningFlow(flow, 3)
    assert (running.flow, running.connection) == (flow, 3)
    with pytest.raises(dataclasses.FrozenInstanceError):
        running.connection = 4  # type: ignore[misc]  # what is tested
