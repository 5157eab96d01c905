"""Labelled pictures held in memory as uint8."""

import hashlib
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from analysis.classifiers.card import InputFormat
from analysis.errors import TrainingError
from analysis.preprocessing import adjust_images


@dataclass(frozen=True)
class LabelledImages:
    """Pictures with what they show.

    Attributes:
        images: uint8, (N, H, W) grey or (N, H, W, 3) RGB.
        labels: int64, (N,), indices into ``class_names``.
        class_names: what the labels mean.

    Raises:
        TrainingError: arrays of another dtype or shape, or a label without a name.
    """

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    class_names: tuple[str, ...]

    def __post_init__(self) -> None:
        is_grey_or_rgb = self.images.ndim == 3 or (
            self.images.ndim == 4 and self.images.shape[3] == 3
        )
        if self.images.dtype != np.uint8 or not is_grey_or_rgb:
            raise TrainingError(
                "images: expected uint8 of shape (N, H, W) or (N, H, W, 3), "
                f"got {self.images.dtype} of shape {self.images.shape}"
            )
        if self.labels.shape != self.images.shape[:1] or self.labels.dtype != np.int64:
            raise TrainingError(
                f"labels: expected int64 of shape ({len(self.images)},), "
                f"got {self.labels.dtype} of shape {self.labels.shape}"
            )
        count = len(self.class_names)
        if len(self.labels) and not 0 <= self.labels.min() <= self.labels.max() < count:
            raise TrainingError(
                f"labels: expected 0 to {count - 1}, "
                f"got {self.labels.min()} to {self.labels.max()}"
            )

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def channels(self) -> int:
        """1 for grey pictures, 3 for RGB."""
        return 1 if self.images.ndim == 3 else 3

    @property
    def mode(self) -> Literal["L", "RGB"]:
        """``L`` for grey pictures, ``RGB`` for colour, as a card has it."""
        return "L" if self.images.ndim == 3 else "RGB"

    def adjusted(self, wanted: InputFormat) -> "LabelledImages":
        """The same in that size and mode, as pictures are adjusted before they are classified."""
        return LabelledImages(adjust_images(self.images, wanted), self.labels, self.class_names)

    def with_more(self, other: "LabelledImages") -> "LabelledImages":
        """These pictures followed by the others, which are of the same size, mode and classes."""
        return LabelledImages(
            np.concatenate([self.images, other.images]),
            np.concatenate([self.labels, other.labels]),
            self.class_names,
        )

    def take(self, indices: npt.NDArray[np.intp]) -> "LabelledImages":
        """The pictures at those indices, in that order."""
        return LabelledImages(self.images[indices], self.labels[indices], self.class_names)

    def sha256(self) -> str:
        """SHA-256 of the raw pixels followed by the labels as one byte each."""
        digest = hashlib.sha256(np.ascontiguousarray(self.images).data)
        digest.update(self.labels.astype(np.uint8).tobytes())
        return digest.hexdigest()

    def sha256_in_any_order(self) -> str:
        """The same for the same pictures with the same labels, however they are ordered."""
        images = np.ascontiguousarray(self.images)
        digests = sorted(
            hashlib.sha256(image.data).digest() + int(label).to_bytes(2, "big")
            for image, label in zip(images, self.labels, strict=True)
        )
        return hashlib.sha256(b"".join(digests)).hexdigest()
