"""What every classifier does alike: pictures checked, batches bounded, answers that are numbers."""

import math
from abc import ABC, abstractmethod
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from analysis.classifiers.card import Card
from analysis.errors import InvalidImages, InvalidWeights

# What a network makes of more pixels than these leaves a core's cache, and takes a third longer:
# measured with three networks and pictures of three sizes, docs/decisions/0003-inference.md.
PIXELS_AT_ONCE = 128 * 28 * 28
# Kernels are made at a batch size's first use, which takes milliseconds; these are made at load.
WARM_UP_BATCHES = (1, 2, 4, 8, 16, 32, 64, 128)


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

    @property
    def batch_limit(self) -> int:
        """How many pictures the engine gets at once; more are taken in parts."""
        return max(1, PIXELS_AT_ONCE // (self._card.input.height * self._card.input.width))

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
        # Parts of one size: of 130 pictures, 65 and 65.
        parts = math.ceil(len(images) / self.batch_limit)
        bounds = [len(images) * part // parts for part in range(parts + 1)] if parts else []
        for start, end in pairwise(bounds):
            probabilities[start:end] = self._probabilities(writable[start:end])
        return probabilities

    @abstractmethod
    def _probabilities(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """(B, classes) of at most ``batch_limit`` pictures in C order, writable."""

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
