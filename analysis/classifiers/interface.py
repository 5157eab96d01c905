"""What every classifier is to the rest of the code; a test's fake needs nothing more."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from analysis.classifiers.card import Card


class ImageClassifier(Protocol):
    """Pictures in, probabilities out, whatever computes them."""

    @property
    def card(self) -> Card:
        """Labels, input size and mode, and where the weights come from."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the weights file, in hexadecimal: which classifier exactly this is."""

    def predict(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """The probability of each class for each picture.

        Args:
            images: uint8 of the card's input size, (N, H, W) where its mode is ``L`` and
                (N, H, W, 3) where it is ``RGB``; N may be 0.

        Returns:
            float32 (N, classes) from 0 to 1, each row adding up to 1.

        Raises:
            InvalidImages: another shape or dtype.
        """
