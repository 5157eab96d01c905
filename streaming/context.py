"""What the consumers of one server process share; made by `runstream`, handed to them by ASGI."""

from dataclasses import dataclass, field
from uuid import UUID

from streaming.datasets.pickles import DatasetReader
from streaming.pacing import FrameFlow


@dataclass(frozen=True, slots=True)
class StreamContext:
    """The stream that this process serves.

    Attributes:
        dataset: What is streamed to a client that asks for a session itself.
        fps: Rate for a client that does not choose one, frames a second.
        frames_port: Where clients are told to fetch their frames.
        session_port: Where sessions, pages and REST are.
        flows: The streams that run in this process, so that the session socket knows the exact
            number of frames sent without asking the database, which trails by up to a second.
    """

    dataset: DatasetReader
    fps: float
    frames_port: int
    session_port: int
    flows: dict[UUID, FrameFlow] = field(default_factory=dict)
