"""Where those wait that hand batches over and take answers, until there is room, or an answer."""

import queue
import threading

import numpy as np
from numpy.typing import NDArray

Answer = NDArray[np.float32]


class Gate:
    """Lets so many batches through at a time, and their answers out.

    Args:
        most: How many may be inside: handed over, and their answers not taken.
    """

    def __init__(self, most: int) -> None:
        self.failure: BaseException | None = None
        self._most = most
        self._inside = 0
        self._changed = threading.Condition()
        self._answers: queue.SimpleQueue[Answer | BaseException] = queue.SimpleQueue()

    def enter(self) -> bool:
        """Wait for room; False where the gate has failed."""
        with self._changed:
            self._changed.wait_for(lambda: self.failure is not None or self._inside < self._most)
            if self.failure is not None:
                return False
            self._inside += 1
            return True

    def put(self, answer: Answer) -> None:
        """An answer, for whoever takes next."""
        self._answers.put(answer)

    def take(self) -> Answer:
        """Wait for the next answer, which makes room; raises what the gate has failed with."""
        answer = self._answers.get()
        if isinstance(answer, BaseException):
            self._answers.put(answer)  # for whoever asks again
            raise answer
        with self._changed:
            self._inside -= 1
            self._changed.notify_all()
        return answer

    def fail(self, error: BaseException) -> None:
        """Let nobody wait any longer; the first error stands."""
        with self._changed:
            if self.failure is not None:
                return
            self.failure = error
            self._changed.notify_all()
        self._answers.put(error)
