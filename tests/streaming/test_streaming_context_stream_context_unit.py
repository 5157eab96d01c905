"""streaming.context.StreamContext."""

import dataclasses
from pathlib import Path
from uuid import UUID

import pytest

from streaming.context import RunningFlow, StreamContext
from streaming.datasets.pickles import DatasetReader
from streaming.pacing import FrameFlow
from tests.servers import small_dataset


def _context(dataset: DatasetReader) -> StreamContext:
    return StreamContext(dataset=dataset, fps=10, frames_port=6000, session_port=7000)


def test_keeps_the_running_streams_of_its_own_process(tmp_path: Path) -> None:
    with DatasetReader.open(small_dataset(tmp_path / "noise.pickle", count=3)) as dataset:
        one, another = _context(dataset), _context(dataset)
        flow = FrameFlow(announced=1, fps=0, frame_bytes=1)
        one.flows[UUID(int=1)] = RunningFlow(flow, 1)
        one.connections[UUID(int=1)] = 1
        assert not another.flows and not another.connections


def test_cannot_be_changed(tmp_path: Path) -> None:
    with DatasetReader.open(small_dataset(tmp_path / "noise.pickle", count=3)) as dataset:
        with pytest.raises(dataclasses.FrozenInstanceError):
            _context(dataset).fps = 5  # type: ignore[misc]  # what is tested
