"""Which worker has which batch, and which result may leave next (pure)."""

from collections import deque
from dataclasses import dataclass
from typing import Generic, TypeVar

J = TypeVar("J")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Assignment(Generic[J]):
    """A job that a worker is to do.

    Attributes:
        worker: Its number.
        ticket: The job's place in the order in which jobs came, from 0.
        job: What to do.
    """

    worker: int
    ticket: int
    job: J


class Dispatch(Generic[J, R]):
    """Gives jobs to workers, and their results out in the order in which the jobs came.

    A worker that is lost has its jobs given to others. Whatever it answers after that is passed
    over, so that each job has one result, however many workers have tried it.

    Args:
        per_worker: Most jobs that one worker has at a time; with 2 the next one travels while
            the first is done.
        attempts: How many workers one job may be lost with before it counts as what kills them.
    """

    def __init__(self, *, per_worker: int = 2, attempts: int = 5) -> None:
        self._per_worker = per_worker
        self._attempts = attempts
        self._jobs: dict[int, J] = {}
        self._losses: dict[int, int] = {}
        self._waiting: deque[int] = deque()
        self._held: dict[int, set[int]] = {}
        self._results: dict[int, R] = {}
        self._next_ticket = 0
        self._next_result = 0

    @property
    def workers(self) -> list[int]:
        """Those that are here."""
        return list(self._held)

    @property
    def outstanding(self) -> int:
        """How many jobs have come whose results have not left."""
        return self._next_ticket - self._next_result

    @property
    def deadly(self) -> int | None:
        """A job that was lost with too many workers; None while there is none."""
        return next((one for one, count in self._losses.items() if count >= self._attempts), None)

    def join(self, worker: int) -> None:
        """A worker is ready.

        Raises:
            ValueError: it is here already.
        """
        if worker in self._held:
            raise ValueError(f"worker {worker} has joined already")
        self._held[worker] = set()

    def lose(self, worker: int) -> None:
        """A worker is gone; its jobs are the first that others get. One unknown changes nothing."""
        tickets = sorted(self._held.pop(worker, ()))
        for ticket in tickets:
            self._losses[ticket] = self._losses.get(ticket, 0) + 1
        # The oldest first: the results of all others wait for them.
        self._waiting = deque(sorted([*tickets, *self._waiting]))

    def submit(self, job: J) -> None:
        """One more job."""
        self._jobs[self._next_ticket] = job
        self._waiting.append(self._next_ticket)
        self._next_ticket += 1

    def assign(self) -> list[Assignment[J]]:
        """What workers with room are to do now, the oldest jobs to those that have least."""
        assignments: list[Assignment[J]] = []
        while self._waiting and self._held:
            worker = min(self._held, key=lambda each: len(self._held[each]))
            if len(self._held[worker]) >= self._per_worker:
                break
            ticket = self._waiting.popleft()
            self._held[worker].add(ticket)
            assignments.append(Assignment(worker, ticket, self._jobs[ticket]))
        return assignments

    def answer(self, worker: int, ticket: int, result: R) -> bool:
        """A worker has done a job; False where it was given to another, and this is passed over."""
        if ticket not in self._held.get(worker, ()):
            return False
        self._held[worker].remove(ticket)
        self._losses.pop(ticket, None)
        del self._jobs[ticket]
        self._results[ticket] = result
        return True

    def leaving(self) -> list[R]:
        """The results whose turn has come, in order; they are given once."""
        results: list[R] = []
        while self._next_result in self._results:
            results.append(self._results.pop(self._next_result))
            self._next_result += 1
        return results
