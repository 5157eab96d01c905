"""A crew without Ray: its workers answer in threads, as a test has them answer."""

import queue
import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analysis.classifiers.speed import SustainedRate
from analysis.distributed.crew import Answered, Event, Failed, Gone, Measured, Ready
from tests.analysis.live_fakes import FakeClassifier

RATE = SustainedRate(1000.0, 64, 1.0, 2.0)


class FakeCrew:
    """Answers from one thread, the newest batch first, so that nothing comes in order.

    Args:
        tell: Takes the events.

    Attributes:
        never_ready: Whether those that are hired end before they are ready.
        silent: Whether nobody is ever heard of.
        broken: What the classifier raises, if it does.
        lose_at: Those that end when they are sent so many batches, by number.
        answers_hold: While clear, nobody answers.
    """

    def __init__(self, tell: Callable[[Event], None]) -> None:
        self.tell = tell
        self.hired: list[int] = []
        self.dismissed: list[int] = []
        self.sent: list[tuple[int, int]] = []
        self.never_ready = self.silent = False
        self.broken: Exception | None = None
        self.lose_at: dict[int, int] = {}
        self.answers_hold = threading.Event()
        self.answers_hold.set()
        self._counts: dict[int, int] = {}
        self._work: queue.LifoQueue[tuple[int, int, NDArray[np.uint8]]] = queue.LifoQueue()
        threading.Thread(target=self._answer, daemon=True).start()

    def hire(self, worker: int) -> None:
        """Ready at once, unless a test says otherwise."""
        self.hired.append(worker)
        if self.silent:
            return
        self.tell(Gone(worker, "cannot start") if self.never_ready else Ready(worker, "here"))

    def send(self, worker: int, ticket: int, images: NDArray[np.uint8]) -> None:
        """Answered later."""
        self.sent.append((worker, ticket))
        self._counts[worker] = self._counts.get(worker, 0) + 1
        if self._counts[worker] == self.lose_at.get(worker):
            # Each batch tells it, as Ray does.
            for _ in range(2):
                self.tell(Gone(worker, "its machine ended"))
        self._work.put((worker, ticket, images))

    def measure(self, worker: int, seconds: float) -> None:
        """Told at once."""
        del seconds
        self.tell(Failed(worker, self.broken) if self.broken else Measured(worker, RATE))

    def dismiss(self, worker: int) -> None:
        """Noted."""
        self.dismissed.append(worker)

    def _answer(self) -> None:
        while True:
            worker, ticket, images = self._work.get()
            self.answers_hold.wait()
            if self.broken is not None:
                self.tell(Failed(worker, self.broken))
            else:
                # Those that are gone answer as well: it must not count twice.
                self.tell(Answered(worker, ticket, FakeClassifier().predict(images)))
