"""How long to wait before trying again, and when to try no longer (pure)."""

import random
import time
from collections.abc import Callable

# A connection that held this long was no part of the trouble before it.
HELD_S = 60.0


class Backoff:
    """Delays that double up to a limit, each shortened at random, so that many clients of a
    server that comes back do not come at once.

    Args:
        first_s: The first delay at its longest.
        limit_s: The longest delay.
        draw: A number from 0 to 1, at random.
    """

    def __init__(
        self,
        *,
        first_s: float = 0.5,
        limit_s: float = 10.0,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._first_s = first_s
        self._limit_s = limit_s
        self._draw = draw
        self._next_s = first_s

    def next_s(self) -> float:
        """How long to wait now: half to all of the current delay."""
        delay = self._next_s
        self._next_s = min(2 * delay, self._limit_s)
        return delay * (0.5 + 0.5 * self._draw())

    def reset(self) -> None:
        """Begin again with the first delay."""
        self._next_s = self._first_s


class Patience:
    """Whether to try once more, and after how long.

    Only what comes over a connection is a success, not that it was made: a server that answers
    and then says nothing would be tried for ever.

    Args:
        limit_s: Longest time without success, seconds; 0 never tries again.
        backoff: How long to wait each time.
        clock: Seconds, never going back.
    """

    def __init__(
        self,
        limit_s: float,
        *,
        backoff: Backoff | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limit_s = limit_s
        self._backoff = backoff or Backoff()
        self._clock = clock
        self._failing_since: float | None = None
        self._connected_at: float | None = None

    def connected(self) -> None:
        """A connection was made."""
        self._connected_at = self._clock()

    def succeeded(self) -> None:
        """Something came over it."""
        if self._failing_since is not None:
            self._failing_since = None
            self._backoff.reset()

    def failed(self, *, silent: bool = False) -> float | None:
        """How long to wait before the next try, seconds; None where there is to be none.

        Args:
            silent: What failed is that nothing came, so that having held is no merit.
        """
        now = self._clock()
        if self._connected_at is not None and not silent and now - self._connected_at >= HELD_S:
            self.succeeded()
        self._connected_at = None
        if self._failing_since is None:
            self._failing_since = now
        left_s = self._failing_since + self.limit_s - now
        return min(self._backoff.next_s(), left_s) if left_s > 0 else None

    def hurry(self, limit_s: float) -> None:
        """From now on, try for no longer than this."""
        self.limit_s = min(self.limit_s, limit_s)
        self._backoff.reset()
        if self._failing_since is not None:
            self._failing_since = self._clock()
