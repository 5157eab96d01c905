"""What every classifier does alike: pictures checked, batches bounded, answers that are numbers."""

from abc import ABC, abstractmethod

import numpy as np
import numpy.typing as npt

from analysis.classifiers.card import Card
from analysis.errors import InvalidImages, InvalidWeights

# Beyond this many a larger batch is no faster, it only takes more memory.
MAX_BATCH = 256
# Kernels are made at a batch size's first use, which takes milliseconds; these are made at load.
WARM_UP_BATCHES = (1, 2, 4, 8, 16, 32, 64)


class CheckedClassifier(ABC):
    """A classifier whose engine computes probabilities of batches that are known to fit.

    The same batch always gives the same probabilities. A picture's probabilities may differ in
    the third digit with the batch that it comes in, since kernels differ by batch size.

    Args:
        card: what the weights were trained to take and to tell apart.
        parameter_count: how many trained numbers there are.
    """

    def __init__(self, card: Card, *, parameter_count: int) -> None:
        self._card = card
        self._parameter_count = parameter_count

    @property
    def card(self) -> Card:
        """Labels, input size and mode, and where the weights come from."""
        return self._card

    @property
    def sha256(self) -> str:
        """SHA-256 of the weights file, in hexadecimal."""
        return self._card.weights.sha256

    @property
    def parameter_count(self) -> int:
        """How many trained numbers the network has."""
        return self._parameter_count

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
        expected = self._card.input.image_shape
        if not isinstance(images, np.ndarray) or images.dtype != np.uint8:
            got = getattr(images, "dtype", type(images).__name__)
            raise InvalidImages(f"images: expected an array of uint8, got {got}")
        if images.shape[1:] != expected or images.ndim != len(expected) + 1:
            shape = ", ".join(str(side) for side in expected)
            raise InvalidImages(f"images: expected shape (N, {shape}), got {images.shape}")
        probabilities = np.empty((len(images), len(self._card.class_names)), dtype=np.float32)
        # torch takes only memory that it could write to; frames off a socket are not.
        writable = np.require(images, requirements=["C", "W"])
        for start in range(0, len(images), MAX_BATCH):
            chunk = slice(start, start + MAX_BATCH)
            probabilities[chunk] = self._probabilities(writable[chunk])
        return probabilities

    @abstractmethod
    def _probabilities(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """(B, classes) of at most ``MAX_BATCH`` pictures in C order, writable."""

    def _warm_up(self) -> None:
        """Try every usual batch size, and that numbers come out.

        Raises:
            InvalidWeights: NaN comes out: weights that are finite can still overflow, and a
                negative variance has no root.
        """
        noise = np.random.default_rng(0).integers(
            0, 256, size=(WARM_UP_BATCHES[-1], *self._card.input.image_shape), dtype=np.uint8
        )
        for count in WARM_UP_BATCHES:
            if not np.isfinite(self.predict(noise[:count])).all():
                raise InvalidWeights(
                    f"weights of {self._card.name}: expected finite probabilities of any picture, "
                    "got NaN"
                )
