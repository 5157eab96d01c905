"""What the client has to say on the session socket, and what it waits to hear (pure)."""

import time
from collections.abc import Callable
from typing import Literal

Step = Literal["ready", "resend", "stop"]


class Agenda:
    """Follows a session's conversation over as many connections as it takes.

    Args:
        limit_s: Longest wait for an answer, seconds.
        clock: Seconds, never going back.

    Attributes:
        stopping: Whether the session was asked to end early.
    """

    def __init__(self, limit_s: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.stopping = False
        self._limit_s = limit_s
        self._clock = clock
        self._due: list[Step] = ["ready"]
        self._needs_frames = True
        self._awaited: dict[str, float] = {}

    @property
    def started(self) -> bool:
        """Whether both sides were ready."""
        return "ready" not in self._due and "ready" not in self._awaited

    def resume(self, state: str, *, forgetful: bool) -> None:
        """Another connection has the session: say again what may be lost with the last one.

        Args:
            state: What the server says that the session is.
            forgetful: Whether the server has lost count of what it sent, and has to hear it on
                the frames socket before it hears of predictions.
        """
        is_opened = state == "opened"
        self._due = [*(("ready",) if is_opened else ()), "resend"]
        if self.stopping:
            self._due.append("stop")
        self._needs_frames = is_opened or forgetful
        self._awaited.clear()

    def stop(self) -> None:
        """The session is to end early."""
        if not self.stopping:
            self.stopping = True
            self._due.append("stop")

    def take(self, *, frames: bool) -> list[Step]:
        """What to say now, in this order; it counts as said.

        Args:
            frames: Whether the frames are attached, or have all come.
        """
        if self._needs_frames and not frames:
            return []
        self._needs_frames = False
        steps, self._due = self._due, []
        self._awaited |= {step: self._clock() for step in steps if step != "resend"}
        return steps

    def heard_ready(self) -> bool:
        """The server is ready; False where nobody asked."""
        return self._awaited.pop("ready", None) is not None

    def heard_end(self) -> None:
        """The server says on this socket that the stream has ended; the frames will say it too."""
        self._awaited["end"] = self._clock()

    def overdue(self, *, ended: bool) -> Literal["ready", "stop", "end"] | None:
        """What has been awaited for too long, which begins anew with that; None: nothing.

        Args:
            ended: Whether the frames have ended, after which only readiness is awaited.
        """
        now = self._clock()
        for what in ("ready", "stop", "end"):
            since = self._awaited.get(what)
            if since is not None and now - since > self._limit_s and (what == "ready" or not ended):
                self._awaited[what] = now
                return what
        return None
