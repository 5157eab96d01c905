"""When which frame may leave: an absolute schedule, and credit (pure).

The flow is told the time and what the peer granted, and says what to do next; it opens nothing
and waits for nothing.
"""

import math
from dataclasses import dataclass

from streaming.errors import InvalidField

# Frames of one message at rate 0, or when frames are overdue. Larger batches gained nothing.
MAX_BATCH_FRAMES = 64
MAX_BATCH_BYTES = 4 * 1024 * 1024
WINDOW_FRAMES = 1024
WINDOW_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Send:
    """Send ``count`` frames from sequence ``first`` on, now."""

    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing can leave for ``seconds``; None: not before more credit or a stop."""

    seconds: float | None


@dataclass(frozen=True, slots=True)
class Done:
    """No frame will leave any more. ``reason`` is ``complete`` or why it ended early."""

    reason: str


@dataclass(frozen=True, slots=True)
class Stalled:
    """Frames have waited for credit for ``seconds``, which is longer than a reader may take."""

    seconds: float


Step = Send | Wait | Done | Stalled


def window_frames(frame_bytes: int) -> int:
    """How many frames of this size may be in flight: bounded in number and in bytes, at least 1."""
    return max(1, min(WINDOW_FRAMES, WINDOW_BYTES // frame_bytes))


class FrameFlow:
    """What may leave when, over one connection of one session.

    Args:
        announced: Frames of the session.
        fps: Frames a second; 0 is as fast as credit allows.
        frame_bytes: Size of one frame, which bounds how many share a message and the window.
        first: The first sequence to send, which is due as soon as the schedule starts; what
            lies below it has come already.
        sent: How many frames left over earlier connections. Those from ``first`` on leave again.
        stall_limit_s: How long frames may wait for credit; None: for ever.
    """

    def __init__(
        self,
        *,
        announced: int,
        fps: float,
        frame_bytes: int,
        first: int = 0,
        sent: int = 0,
        stall_limit_s: float | None = None,
    ) -> None:
        self.announced = announced
        self.fps = fps
        self.window = window_frames(frame_bytes)
        self.stall_limit_s = stall_limit_s
        self._first = self._following = first
        self._sent_before = max(first, sent)
        self._max_batch = max(1, min(MAX_BATCH_FRAMES, MAX_BATCH_BYTES // frame_bytes))
        self._credit = 0
        self._started_at: float | None = None
        self._starved_at: float | None = None
        self._stop_reason = ""
        self._abandoned = False

    @property
    def following(self) -> int:
        """The sequence that leaves next."""
        return self._following

    @property
    def sent(self) -> int:
        """Frames that have left, over this connection or an earlier one; never falls."""
        return max(self._following, self._sent_before)

    @property
    def is_started(self) -> bool:
        """Whether the schedule has begun."""
        return self._started_at is not None

    @property
    def unsent(self) -> int:
        """Frames announced and not sent so far."""
        return self.announced - self.sent

    def start(self, now: float) -> None:
        """Begin the schedule: the first frame is due at ``now``, seconds of a monotonic clock."""
        if self._started_at is None:
            self._started_at = now

    def grant(self, until: int) -> None:
        """Take credit: every frame of a sequence below ``until`` may be sent.

        Raises:
            InvalidField: more than one window beyond what was sent.
        """
        if until > self._following + self.window:
            raise InvalidField(
                f"credit until {until} is more than the window of {self.window} beyond the "
                f"{self._following} frames sent"
            )
        self._credit = max(self._credit, until)

    def stop(self, reason: str) -> None:
        """Let no frame leave that has not left before; the first reason is kept.

        Frames that left over an earlier connection still leave again, all due at once, so that
        what counts as sent has also come.
        """
        self._stop_reason = self._stop_reason or reason

    def abandon(self, reason: str) -> None:
        """Let no frame leave at all any more."""
        self.stop(reason)
        self._abandoned = True

    def step(self, now: float) -> Step:
        """What to do at ``now``. A Send is taken as done: the frames count as sent."""
        if self._following >= self.announced:
            return Done("complete")
        if self._stop_reason and (self._abandoned or self._following >= self._sent_before):
            return Done(self._stop_reason)
        if self._started_at is None:
            return Wait(None)
        due = self._due(now)
        if due <= self._following:
            return Wait(
                max(0.0, self._started_at + (self._following - self._first) / self.fps - now)
            )
        if self._credit <= self._following:
            return self._starve(now)
        self._starved_at = None
        first = self._following
        self._following = min(due, self._credit, self.announced, first + self._max_batch)
        return Send(first=first, count=self._following - first)

    def _starve(self, now: float) -> Wait | Stalled:
        if self._starved_at is None:
            self._starved_at = now
        if self.stall_limit_s is None:
            return Wait(None)
        starved_s = now - self._starved_at
        if starved_s >= self.stall_limit_s:
            return Stalled(starved_s)
        return Wait(self.stall_limit_s - starved_s)

    def _due(self, now: float) -> int:
        """The sequence that the schedule has reached by ``now``, from the one start time."""
        if self._stop_reason:
            return self._sent_before
        if self.fps == 0 or self._started_at is None:
            return self.announced
        # The small addend absorbs rounding where a timer fires exactly on time.
        elapsed_frames = math.floor((now - self._started_at) * self.fps + 1e-6)
        return self._first + elapsed_frames + 1
