"""What the consumers of one server process share; made by `runstream`, handed to them by ASGI."""

from dataclasses import dataclass, field
from threading import Event
from uuid import UUID

from results.doorbell import Bell
from streaming.datasets.pickles import DatasetReader
from streaming.group_commit import (
    MAX_BATCHES,
    MAX_CHANGES,
    MAX_ROWS,
    Change,
    GroupCommit,
    Prepare,
    make_changes,
    store_prepared,
)
from streaming.pacing import FrameFlow
from streaming.watching import Watcher

EXPIRE_AFTER_S = 600.0
STALL_LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class RunningFlow:
    """A stream that runs in this process.

    Attributes:
        flow: What may leave when, and how much has left.
        connection: Which of the session's frames sockets it is.
    """

    flow: FrameFlow
    connection: int


@dataclass(frozen=True, slots=True)
class StreamContext:
    """The stream that this process serves.

    Attributes:
        dataset: What is streamed to a client that asks for a session itself.
        fps: Rate for a client that does not choose one, frames a second.
        frames_port: Where clients are told to fetch their frames.
        session_port: Where sessions, pages and REST are.
        expire_after_s: How long a session may be without a sign of life.
        stall_limit_s: How long a reader may leave frames waiting for credit.
        flows: The streams that run in this process, so that the session socket knows the exact
            number of frames sent without asking the database, which trails by up to a second.
        connections: The sessions whose session socket is in this process, and which of theirs.
        storing: Commits the predictions that come in on the sockets of this process.
        changing: Commits what else the sockets change of their sessions.
        watcher: Looks at the sessions that have a socket in this process.
        bell: Rings for whoever watches a session, wherever.
        ending: Set once this process ends.
    """

    dataset: DatasetReader
    fps: float
    frames_port: int
    session_port: int
    expire_after_s: float = EXPIRE_AFTER_S
    stall_limit_s: float = STALL_LIMIT_S
    flows: dict[UUID, RunningFlow] = field(default_factory=dict)
    connections: dict[UUID, int] = field(default_factory=dict)
    storing: GroupCommit[Prepare] = field(
        default_factory=lambda: GroupCommit(
            store_prepared, max_items=MAX_BATCHES, max_weight=MAX_ROWS
        )
    )
    changing: GroupCommit[Change] = field(
        default_factory=lambda: GroupCommit(make_changes, max_items=MAX_CHANGES)
    )
    watcher: Watcher = field(default_factory=Watcher)
    bell: Bell = field(default_factory=Bell)
    ending: Event = field(default_factory=Event)
