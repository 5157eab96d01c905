"""Workers of a pool, wherever they are, and what they tell it (pure)."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.classifiers.speed import SustainedRate


@dataclass(frozen=True, slots=True)
class Ready:
    """A worker has loaded its classifier.

    Attributes:
        place: Where it is, for a person.
    """

    worker: int
    place: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A worker has classified a batch."""

    worker: int
    ticket: int
    probabilities: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Measured:
    """A worker knows what it sustains."""

    worker: int
    rate: SustainedRate


@dataclass(frozen=True, slots=True)
class Gone:
    """A worker is no more: its process or its machine has ended."""

    worker: int
    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The classifier itself raised, as it would on any other worker."""

    worker: int
    error: Exception


Event = Ready | Answered | Measured | Gone | Failed


class Crew(Protocol):
    """Hires workers and gives them work; what comes of it is told as an ``Event`` later on."""

    def hire(self, worker: int) -> None:
        """Have one more worker of that number: ``Ready``, ``Gone`` or ``Failed`` follows."""

    def send(self, worker: int, ticket: int, images: NDArray[np.uint8]) -> None:
        """Have it classify a batch: ``Answered``, ``Gone`` or ``Failed`` follows."""

    def measure(self, worker: int, seconds: float) -> None:
        """Have it measure what it sustains: ``Measured``, ``Gone`` or ``Failed`` follows."""

    def dismiss(self, worker: int) -> None:
        """Have it no longer, if it is still there."""
