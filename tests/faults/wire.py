"""What one session is, and what travels between its two ends, in pipes that break."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from analysis.credit import Overload
from streaming.messages import ClientInfo
from tests.faults.stores import Report

SESSION = UUID("12345678-1234-5678-1234-567812345678")
CLIENT = ClientInfo(name="model")


@dataclass(frozen=True, slots=True)
class Traits:
    """What kind of session it is.

    Attributes:
        window: Most frames in flight.
        capacity: Of the client's queue of frames.
        overload: What happens when it is full.
        rejects: Every so manieth frame is rejected by the classifier; 0: none is.
        may_be_stopped: Whether somebody may ask for an early end.
    """

    announced: int
    fps: float
    window: int
    capacity: int
    overload: Overload
    rejects: int
    may_be_stopped: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Predictions on their way; ``life`` is which of the client's processes made them."""

    number: int
    sequences: tuple[int, ...]
    life: int


@dataclass(frozen=True, slots=True)
class Frames:
    """Frames on their way."""

    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Recalled:
    """Stored predictions on their way back."""

    sequences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Submission:
    """A report on its way."""

    report: Report


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the server makes of a report."""

    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """The server's close of a socket whose session, or frames, another has by now."""


@dataclass(slots=True, eq=False)
class Pipe:
    """One connection: what is under way, and which ends still stand.

    Attributes:
        number: Which of the session's sockets, or of its frames', it is.
    """

    up: deque[Any] = field(default_factory=deque)
    down: deque[Any] = field(default_factory=deque)
    client_stands: bool = True
    server_stands: bool = True
    number: int = 0

    def close(self) -> None:
        """Have the server close it, as another has what it had."""
        self.server_stands = False
        self.down.append(Taken())

    def lose(self, *, keep_up: int, keep_down: int) -> None:
        """Break it; of what was under way, only so much still arrives."""
        for direction, keep in ((self.up, keep_up), (self.down, keep_down)):
            while len(direction) > keep:
                direction.pop()
        self.client_stands = False
