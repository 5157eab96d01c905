"""What a server keeps of one session: a model of it, and the real services, to be driven alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from results.errors import (
    ConflictingPrediction,
    ConnectionReplaced,
    IllegalTransition,
    InvalidRequest,
    UnsentSequence,
)
from results.ledger import Ledger, Loss, coverage_differences, ranges_of
from results.lifecycle import FINAL_STATES, SessionState, check_transition

TAKING = (SessionState.RUNNING, SessionState.FINISHING)


@dataclass(frozen=True, slots=True)
class Kept:
    """A session as it is stored at one moment; ``reason`` is why frames stay unsent."""

    state: SessionState
    announced: int
    sent: int
    stored: int
    stop_reason: str
    reason: str
    connection: int
    frames_connection: int

    @property
    def is_final(self) -> bool:
        """Whether nothing about it will change any more."""
        return self.state in FINAL_STATES


@dataclass(frozen=True, slots=True)
class Report:
    """A client's final account: what it analysed, and its side of the ledger."""

    ledger: Ledger
    analysed: tuple[int, ...]


class Store(Protocol):
    """One session, changed as ``results.services`` changes it, with its errors.

    ``connection`` and ``frames_connection`` are which of the session's sockets asks.
    """

    def kept(self) -> Kept:
        """The session now."""

    def predictions(self) -> list[int]:
        """The sequences of the stored predictions, ascending."""

    def attach(self, first: int) -> int:
        """Give the frames to a new socket; its number."""

    def resume(self) -> int:
        """Give the session to a new socket; its number."""

    def interrupt(self, connection: int) -> None:
        """Note that the session's socket broke."""

    def interrupt_frames(self, frames_connection: int, sent: int) -> None:
        """Note that the frames' socket broke, with what was sent."""

    def start(self, connection: int) -> None:
        """Both sides are ready."""

    def record_sent(self, sent: int, frames_connection: int) -> None:
        """Raise the count of what was sent."""

    def end_stream(self, sent: int, reason: str | None, frames_connection: int) -> None:
        """No frame leaves any more."""

    def stop(self, reason: str, connection: int | None) -> None:
        """Ask for an early end."""

    def store(
        self,
        sequences: Sequence[int],
        life: int,
        *,
        connection: int,
        streamed: tuple[int, int] | None,
    ) -> int:
        """Keep predictions of a client's ``life``, which differ from another life's; the total.

        Args:
            streamed: Number of the frames' socket and what was sent on it, if it is here.
        """

    def submit(self, report: Report, connection: int) -> list[str]:
        """End the session with its report; what does not add up."""


class ModelStore:
    """The session in memory, by the pure rules: transitions, ledger and coverage."""

    def __init__(self, announced: int) -> None:
        self.announced = announced
        self.state = SessionState.OPENED
        self.sent = 0
        self.stop_reason = ""
        self.reason = ""
        self.connection = 1
        self.frames_connection = 0
        self.streams_somewhere = False
        self._lives: dict[int, int] = {}  # of each stored sequence, the life that predicted it
        self._report: tuple[Report, list[str]] | None = None

    def kept(self) -> Kept:
        """The session now."""
        return Kept(
            state=self.state,
            announced=self.announced,
            sent=self.sent,
            stored=len(self._lives),
            stop_reason=self.stop_reason,
            reason=self.reason,
            connection=self.connection,
            frames_connection=self.frames_connection,
        )

    def predictions(self) -> list[int]:
        """The sequences of the stored predictions, ascending."""
        return sorted(self._lives)

    def attach(self, first: int) -> int:
        """Give the frames to a new socket; its number."""
        if self.state not in (SessionState.OPENED, *TAKING):
            raise IllegalTransition(f"attached when {self.state}")
        limit = self.announced if self.state is SessionState.RUNNING else self.sent
        if first > limit:
            raise InvalidRequest(f"next must be at most {limit}, got {first}")
        self.sent = max(self.sent, first)
        self.frames_connection += 1
        self.streams_somewhere = True
        return self.frames_connection

    def resume(self) -> int:
        """Give the session to a new socket; its number."""
        self.connection += 1
        return self.connection

    def interrupt(self, connection: int) -> None:
        """Note that the session's socket broke, which only the ledger's reader is told."""

    def interrupt_frames(self, frames_connection: int, sent: int) -> None:
        """Note that the frames' socket broke, with what was sent."""
        waiting = (SessionState.OPENED, SessionState.RUNNING)
        if frames_connection != self.frames_connection or self.state not in waiting:
            return
        self.sent = max(self.sent, sent)
        self.streams_somewhere = False
        if self.state is SessionState.RUNNING and self.stop_reason:
            self._end(self.stop_reason)

    def start(self, connection: int) -> None:
        """Both sides are ready."""
        self._check(connection=connection)
        self._become(SessionState.RUNNING)

    def record_sent(self, sent: int, frames_connection: int) -> None:
        """Raise the count of what was sent."""
        self._check(frames_connection=frames_connection)
        if self.state is SessionState.RUNNING:
            self.sent = max(self.sent, sent)
        elif sent > self.sent:
            raise IllegalTransition(f"sent when {self.state}")

    def end_stream(self, sent: int, reason: str | None, frames_connection: int) -> None:
        """No frame leaves any more."""
        self._check(frames_connection=frames_connection)
        if self.state is SessionState.RUNNING:
            self.sent = max(self.sent, sent)
            self._end(reason or "complete")

    def stop(self, reason: str, connection: int | None) -> None:
        """Ask for an early end."""
        self._check(connection=connection)
        if self.state is SessionState.OPENED:
            self.stop_reason = self.reason = reason
            self._become(SessionState.STOPPED)
        elif self.state is SessionState.RUNNING and not self.stop_reason:
            self.stop_reason = reason
            if not self.streams_somewhere:
                self._end(reason)

    def store(
        self,
        sequences: Sequence[int],
        life: int,
        *,
        connection: int,
        streamed: tuple[int, int] | None,
    ) -> int:
        """Keep predictions of a client's ``life``; the total."""
        self._check(connection=connection)
        if self.state not in TAKING:
            raise IllegalTransition(f"predicted when {self.state}")
        if (
            self.state is SessionState.RUNNING
            and streamed
            and streamed[0] == self.frames_connection
        ):
            self.sent = max(self.sent, streamed[1])
        if max(sequences) >= self.sent:
            raise UnsentSequence(f"{max(sequences)} of {self.sent} sent")
        for sequence in sequences:
            if self._lives.setdefault(sequence, life) != life:
                raise ConflictingPrediction(f"{sequence} has another prediction")
        return len(self._lives)

    def submit(self, report: Report, connection: int) -> list[str]:
        """End the session with its report; what does not add up."""
        self._check(connection=connection)
        if self._report is not None:
            if self._report[0] != report:
                raise IllegalTransition("another report")
            return self._report[1]
        self._become(
            SessionState.COMPLETED
            if self.sent == self.announced
            else SessionState.STOPPED if self.stop_reason else SessionState.FAILED
        )
        unsent: tuple[Loss, ...] = ()
        if self.sent < self.announced:
            unsent = (Loss(self.reason, ((self.sent, self.announced - 1),)),)
        ledger = Ledger(
            announced=self.announced,
            sent=self.sent,
            received=report.ledger.received,
            analysed=report.ledger.analysed,
            stored=len(self._lives),
            losses={**report.ledger.losses, "unsent": unsent},
        )
        stored = self.predictions()
        problems = ledger.differences() + coverage_differences(
            sent=self.sent, stored=ranges_of(stored), losses=ledger.losses
        )
        if ledger.as_dict() != report.ledger.as_dict():
            problems.append(f"here {ledger.line()}, the client says {report.ledger.line()}")
        if stored != sorted(report.analysed):
            problems.append("what is stored is not what was analysed")
        self._report = (report, problems)
        return problems

    def _check(
        self, *, connection: int | None = None, frames_connection: int | None = None
    ) -> None:
        if connection not in (None, self.connection):
            raise ConnectionReplaced("another connection has the session")
        if frames_connection not in (None, self.frames_connection):
            raise ConnectionReplaced("another connection has the frames")

    def _become(self, state: SessionState) -> None:
        check_transition(self.state, state)
        self.state = state

    def _end(self, reason: str) -> None:
        self._become(SessionState.FINISHING)
        self.streams_somewhere = False
        if self.sent < self.announced:
            self.reason = reason
