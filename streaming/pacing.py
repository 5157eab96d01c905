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


Step = Send | Wait | Done


def window_frames(frame_bytes: int) -> int:
    """How many frames of this size may be in flight: bounded in number and in bytes, at least 1."""
    return max(1, min(WINDOW_FRAMES, WINDOW_BYTES // frame_bytes))


class FrameFlow:
    """What may leave when, for one session.

    Args:
        announced: Frames of the session.
        fps: Frames a second; 0 is as fast as credit allows.
        frame_bytes: Size of one frame, which bounds how many share a message and the window.
    """

    def __init__(self, *, announced: int, fps: float, frame_bytes: int) -> None:
        self.announced = announced
        self.fps = fps
        self.window = window_frames(frame_bytes)
        self.sent = 0
        self._max_batch = max(1, min(MAX_BATCH_FRAMES, MAX_BATCH_BYTES // frame_bytes))
        self._credit = 0
        self._started_at: float | None = None
        self._stop_reason = ""

    @property
    def unsent(self) -> int:
        """Frames announced and not sent so far."""
        return self.announced - self.sent

    def start(self, now: float) -> None:
        """Begin the schedule: frame 0 is due at ``now``, in seconds of a monotonic clock."""
        if self._started_at is None:
            self._started_at = now

    def grant(self, until: int) -> None:
        """Take credit: every frame of a sequence below ``until`` may be sent.

        Raises:
            InvalidField: more than one window beyond what was sent.
        """
        if until > self.sent + self.window:
            raise InvalidField(
                f"credit until {until} is more than the window of {self.window} beyond the "
                f"{self.sent} frames sent"
            )
        self._credit = max(self._credit, until)

    def stop(self, reason: str) -> None:
        """Let no further frame leave; the first reason is kept."""
        self._stop_reason = self._stop_reason or reason

    def step(self, now: float) -> Step:
        """What to do at ``now``. A Send is taken as done: the frames count as sent."""
        if self.sent >= self.announced:
            return Done("complete")
        if self._stop_reason:
            return Done(self._stop_reason)
        if self._started_at is None or self._credit <= self.sent:
            return Wait(None)
        due = self._due(now)
        if due <= self.sent:
            return Wait(max(0.0, self._started_at + self.sent / self.fps - now))
        first = self.sent
        self.sent = min(due, self._credit, self.announced, first + self._max_batch)
        return Send(first=first, count=self.sent - first)

    def _due(self, now: float) -> int:
        """How many frames the schedule wants to have left by ``now``, from the one start time."""
        if self.fps == 0 or self._started_at is None:
            return self.announced
        # The small addend absorbs rounding where a timer fires exactly on time.
        return math.floor((now - self._started_at) * self.fps + 1e-6) + 1
