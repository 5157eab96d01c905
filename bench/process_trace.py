"""What another process takes of the machine while it is measured: processor time and memory."""

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

LOOK_EVERY_S = 0.25
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a process.

    Attributes:
        at_ns: When, nanoseconds since the Unix epoch.
        cpu_s: Processor seconds of all its threads so far.
        resident_bytes: Memory that it has of the machine's now.
    """

    at_ns: int
    cpu_s: float
    resident_bytes: int


@dataclass(slots=True)
class Trace:
    """Looks in the order of time."""

    looks: list[Look] = field(default_factory=list)

    def within(self, from_ns: int, to_ns: int) -> "Trace":
        """The looks of this time; all where there are fewer than two in it."""
        some = [look for look in self.looks if from_ns <= look.at_ns <= to_ns]
        return Trace(some) if len(some) > 1 else self

    @property
    def cpu_rate(self) -> float | None:
        """Processor seconds a second from the first look to the last; None of fewer than two."""
        if len(self.looks) < 2:
            return None
        first, last = self.looks[0], self.looks[-1]
        return (last.cpu_s - first.cpu_s) / ((last.at_ns - first.at_ns) / 1e9)

    @property
    def most_resident_bytes(self) -> int | None:
        """The most memory of any look; None of none."""
        return max((look.resident_bytes for look in self.looks), default=None)


def look_at(pid: int) -> Look | None:
    """A process now; None where it is gone, or the system keeps no such account."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return None
    # proc(5) counts from the process's number; these begin with the third, its state.
    ticks = int(fields[11]) + int(fields[12])
    return Look(time.time_ns(), ticks / _TICKS_PER_S, int(pages) * _PAGE_BYTES)


@contextlib.contextmanager
def watched(pid: int) -> Iterator[Trace]:
    """Look at a process again and again, from a thread, until the block ends."""
    trace, done = Trace(), threading.Event()

    def watch() -> None:
        while True:
            look = look_at(pid)
            if look is not None:
                trace.looks.append(look)
            if done.wait(LOOK_EVERY_S):
                return

    thread = threading.Thread(target=watch, name="watch", daemon=True)
    thread.start()
    try:
        yield trace
    finally:
        done.set()
        thread.join()
