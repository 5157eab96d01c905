"""What a pool of workers that classify is to the rest of the code."""

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from analysis.classifiers.card import Card
from analysis.classifiers.speed import SustainedRate


class ClassifierPool(ABC):
    """Several classifiers of one package that work at once, and answer in order.

    One thread submits, one takes. To those that only ask, it is an ``ImageClassifier`` as well.

    Args:
        card: Of the package.
    """

    def __init__(self, card: Card) -> None:
        self._card = card

    @property
    def card(self) -> Card:
        """Labels, input size and mode, and where the weights come from."""
        return self._card

    @property
    def sha256(self) -> str:
        """SHA-256 of the weights file, in hexadecimal."""
        return self._card.weights.sha256

    def predict(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The probability of each class for each picture, as ``ImageClassifier`` has it.

        Only while nothing else is submitted.

        Raises:
            AnalysisError: no worker is left, or the classifier failed.
        """
        self.submit(images)
        return self.take()

    @abstractmethod
    def submit(self, images: NDArray[np.uint8]) -> bool:
        """Hand a batch over, waiting while as many are under way as there may be.

        Returns:
            False where the pool takes no more: it failed, which ``take`` raises, or was aborted.
        """

    @abstractmethod
    def take(self) -> NDArray[np.float32]:
        """Wait for the probabilities of the oldest batch that was not taken.

        Raises:
            AnalysisError: no worker is left, the classifier failed, or the pool was aborted.
        """

    @abstractmethod
    def sustained_rate(self, *, seconds: float = 1.0) -> SustainedRate:
        """What the workers there are now sustain when they all work at once.

        Rates add up; of single pictures it is the slowest worker's time. Before anything is
        submitted.

        Args:
            seconds: How long each measures.

        Raises:
            AnalysisError: a worker did not answer.
        """

    @abstractmethod
    def abort(self) -> None:
        """Let nobody wait any longer."""
