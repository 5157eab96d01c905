"""Which frames a client asks for: of what this process serves, or of what was served before."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from access.roles import Owner
from results import selectors
from results.errors import SessionNotFound
from results.lifecycle import SessionState
from results.models import Dataset, Session
from streaming.context import StreamContext
from streaming.datasets.library import open_dataset
from streaming.datasets.pickles import DatasetReader
from streaming.errors import DatasetCorrupt, InvalidField
from streaming.messages import Open


@dataclass(frozen=True, slots=True)
class WantedFrames:
    """The frames of a session to be.

    Attributes:
        dataset: What they are of.
        offset: Index of the first.
        announced: How many there are.
        repeats: The session that streamed just these before, where one was named.
    """

    dataset: DatasetReader
    offset: int
    announced: int
    repeats: Session | None = None


def known_dataset(known: Dataset, context: StreamContext) -> DatasetReader:
    """A dataset that the database knows: this process's own, or another that was served before.

    Raises:
        DatasetError: the file is gone, damaged or another one by now.
    """
    if known.sha256 == context.dataset.sha256:
        return context.dataset
    dataset = open_dataset(Path(known.path))
    if dataset.sha256 != known.sha256:
        raise DatasetCorrupt(
            f"{known.path} has the hash {dataset.sha256[:12]}…, "
            f"it was served with {known.sha256[:12]}…"
        )
    return dataset


def wanted_frames(
    context: StreamContext, message: Open, *, may_repeat: Callable[[Owner], bool]
) -> WantedFrames:
    """What an ``open`` asks for.

    Args:
        context: What this process serves, which is streamed unless something else is named.
        message: The client's.
        may_repeat: Whether the client may have what somebody's session streamed; nobody's
            where it names a dataset.

    Raises:
        InvalidField: frames that are not there, or fields that exclude each other.
        SessionNotFound: no session of that id that the client may have again.
        DatasetError: the file is gone, damaged or another one by now.
    """
    if message.repeats is not None:
        return _repeated(context, message, message.repeats, may_repeat)
    dataset = context.dataset
    if message.dataset is not None:
        dataset = known_dataset(_named(message.dataset, may_repeat), context)
    available = dataset.header.count - message.offset
    if available < 1:
        raise InvalidField(
            f"offset must be below the dataset's {dataset.header.count} frames, "
            f"got {message.offset}"
        )
    announced = available if message.count is None else message.count
    if announced > available:
        raise InvalidField(
            f"the dataset has {available} frames from offset {message.offset}, "
            f"asked for {announced}"
        )
    return WantedFrames(dataset, message.offset, announced)


def _repeated(
    context: StreamContext, message: Open, repeats: UUID, may_repeat: Callable[[Owner], bool]
) -> WantedFrames:
    if message.count is not None or message.offset or message.dataset is not None:
        raise InvalidField("count, offset and dataset are those of the session that is repeated")
    session = selectors.get_session(repeats)
    if not may_repeat(session.owner):
        # The same answer as for one that is not there: a stranger learns nothing.
        raise SessionNotFound(f"no session {repeats}")
    if not (session.is_final or session.state == SessionState.FINISHING):
        raise InvalidField(
            f"session {session.uuid} is {session.state}; its stream has to end first"
        )
    if session.sent == 0:
        raise InvalidField(f"session {session.uuid} streamed no frame, there is nothing to repeat")
    dataset = known_dataset(session.dataset, context)
    return WantedFrames(dataset, session.offset, session.sent, repeats=session)


def _named(name: str, may_repeat: Callable[[Owner], bool]) -> Dataset:
    found = selectors.find_dataset(name) if may_repeat(Owner()) else None
    if found is None:
        raise InvalidField(f"dataset must be one that was served here, got {name!r}")
    return found
