"""How many workers there are to be, who is there, and when another is to be hired (pure)."""

import time
from collections.abc import Callable

_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 30.0
# So many more than there are to be may end before they are ready, until it is given up.
_SPARE = 2


class Staffing:
    """Keeps count of workers.

    One that is lost at work is replaced at once. One that ended before it was ready is replaced
    after a pause that doubles: what ended it will likely end the next one too.

    Args:
        workers: How many there are to be.
        clock: Seconds, never going back.

    Attributes:
        reason: Why the last one that is gone ended.
        none_since: Since when none has been ready, by ``clock``; None while one is.
    """

    def __init__(self, workers: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.reason = ""
        self.none_since: float | None = clock()
        self._clock = clock
        self._workers = workers
        self._hired: set[int] = set()
        self._ready: set[int] = set()
        self._due = [clock()] * workers
        self._next = 0
        self._in_vain = 0

    @property
    def hired(self) -> list[int]:
        """Those that were hired and are not gone."""
        return sorted(self._hired)

    @property
    def is_hopeless(self) -> bool:
        """Whether none is there and one after the other ended before it was ready."""
        return not self._ready and self._in_vain > self._workers + _SPARE

    def hire(self) -> list[int]:
        """The numbers of those to hire now; they count as hired."""
        now = self._clock()
        count = sum(due <= now for due in self._due)
        self._due = [due for due in self._due if due > now]
        numbers = list(range(self._next, self._next + count))
        self._next += count
        self._hired.update(numbers)
        return numbers

    def ready(self, worker: int) -> bool:
        """One is there; False where it counts as gone already."""
        if worker not in self._hired:
            return False
        self._ready.add(worker)
        self._in_vain = 0
        self.none_since = None
        return True

    def gone(self, worker: int, reason: str) -> bool:
        """One is gone, and another due; False where that was known."""
        if worker not in self._hired:
            return False
        now = self._clock()
        self._hired.remove(worker)
        self.reason = reason
        if worker in self._ready:
            self._ready.remove(worker)
            self._due.append(now)
        else:
            pause_s = _FIRST_PAUSE_S * 2.0 ** min(10, self._in_vain)
            self._due.append(now + min(_LONGEST_PAUSE_S, pause_s))
            self._in_vain += 1
        if not self._ready and self.none_since is None:
            self.none_since = now
        return True
