"""How many at once, and how many in a while, in memory that is bounded whoever comes (pure)."""

import threading
from collections import Counter, OrderedDict, deque


class SlidingWindow:
    """At most ``limit`` events of one key in any ``window_s`` seconds.

    Every event's time is kept, so the promise holds for each span and not just from one full
    minute to the next. Of all keys together ``max_events`` are kept; beyond that the key that has
    been quiet longest is forgotten. Threads may share one.

    Args:
        limit: Events of a key within the window, 1 or more.
        window_s: Length of the window, seconds.
        max_events: Events kept in all; some 60 bytes each.
    """

    def __init__(self, limit: int, window_s: float, *, max_events: int = 200_000) -> None:
        self.limit = limit
        self.window_s = window_s
        self._max_events = max(limit, max_events)
        self._kept = 0
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many events are kept."""
        return self._kept

    def hit(self, key: str, now: float) -> float:
        """Count an event; 0, or how many seconds to wait where it is one too many.

        An event that is refused does not count, so that waiting always helps.

        Args:
            key: Whose event it is.
            now: Seconds of a clock that never goes back.
        """
        with self._lock:
            times = self._times.setdefault(key, deque())
            while times and times[0] + self.window_s <= now:
                times.popleft()
                self._kept -= 1
            if len(times) >= self.limit:
                return times[0] + self.window_s - now
            times.append(now)
            self._kept += 1
            self._times.move_to_end(key)
            while self._kept > self._max_events:
                self._kept -= len(self._times.popitem(last=False)[1])
            return 0.0


class Slots:
    """At most ``limit`` at once for each key. Keys that hold nothing take no memory.

    For one thread: an event loop's.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._taken: Counter[str] = Counter()

    def __len__(self) -> int:
        """How many keys hold a slot."""
        return len(self._taken)

    def take(self, key: str) -> bool:
        """Take a slot; False where the key has all of its slots already."""
        if self._taken[key] >= self.limit:
            if not self._taken[key]:
                del self._taken[key]
            return False
        self._taken[key] += 1
        return True

    def give_back(self, key: str) -> None:
        """Free a slot that was taken."""
        self._taken[key] -= 1
        if self._taken[key] <= 0:
            del self._taken[key]
