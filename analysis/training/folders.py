"""Pictures in class folders, read into memory in the size and mode that a recipe asks for.

Either ``CLASS/picture`` or ``PART/CLASS/picture``, where PART is ``train`` and, as far as they
are there, ``val`` (or ``validation``) and ``test``. What is no readable picture is set aside.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from analysis.classifiers.card import InputFormat
from analysis.errors import TrainingError
from analysis.labelled_images import LabelledImages
from analysis.preprocessing import adjust_images
from analysis.training.near_duplicates import Hashes, difference_hash
from results.pictures import open_picture

logger = logging.getLogger(__name__)

Part = Literal["train", "validation", "test"]

# The hash of a training part has one byte for each label.
MAX_CLASSES = 256
# Some 50 megapixels are a large camera's; more would take gigabytes to decode.
MAX_PIXELS = 100_000_000

_FOLDERS: Mapping[str, Part] = {
    "train": "train",
    "val": "validation",
    "validation": "validation",
    "test": "test",
}
# Pillow turns these into 8-bit grey or colour without clipping.
_MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr")


@dataclass(frozen=True)
class SetAside:
    """A file that is no picture that could be read, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class HashedImages:
    """Labelled pictures, with a perceptual hash (N, 2) of each as it was before it was resized."""

    pictures: LabelledImages
    hashes: Hashes


@dataclass(frozen=True)
class FolderContents:
    """What was found in a folder: its parts, only ``train`` where it has none, and the rest."""

    parts: Mapping[Part, HashedImages]
    set_aside: tuple[SetAside, ...]


def read_folder(folder: Path, wanted: InputFormat) -> FolderContents:
    """Every picture in the folder's class folders, in the order of their names.

    Args:
        folder: of class folders, or of parts with class folders.
        wanted: size and mode; pictures are stretched to it, as they are when they are classified.

    Raises:
        TrainingError: fewer than 2 classes or more than 256, a class of no readable picture to
            train on, or a class in another part that the training part does not have.
        OSError: a folder cannot be listed.
    """
    sources = {_FOLDERS[path.name]: path for path in _folders(folder) if path.name in _FOLDERS}
    if "train" not in sources:
        sources = {"train": folder}
    class_names = tuple(path.name for path in _folders(sources["train"]))
    if not 2 <= len(class_names) <= MAX_CLASSES:
        raise TrainingError(
            f"{sources['train']}: expected 2 to {MAX_CLASSES} folders, one for each class, "
            f"got {len(class_names)}"
        )
    set_aside: list[SetAside] = []
    parts = {
        part: _read_part(path, class_names, wanted, set_aside) for part, path in sources.items()
    }
    counts = np.bincount(parts["train"].pictures.labels, minlength=len(class_names))
    if not counts.all():
        raise TrainingError(
            f"{sources['train'] / class_names[int(counts.argmin())]}: "
            "expected at least 1 readable picture, got 0"
        )
    return FolderContents(parts, tuple(set_aside))


def _folders(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")
    )


def _read_part(
    folder: Path, class_names: tuple[str, ...], wanted: InputFormat, set_aside: list[SetAside]
) -> HashedImages:
    images, labels, hashes = [], [], []
    for class_folder in _folders(folder):
        if class_folder.name not in class_names:
            raise TrainingError(
                f"{class_folder}: expected a class that is trained on "
                f"({', '.join(class_names)}), got {class_folder.name!r}"
            )
        for path in _files(class_folder):
            try:
                picture = _decode(path, wanted.mode)
            except Exception as error:  # pylint: disable=broad-exception-caught  # decoders' own
                logger.warning("set aside %s: %s", path, error)
                set_aside.append(SetAside(path, str(error) or type(error).__name__))
                continue
            hashes.append(difference_hash(picture))
            images.append(adjust_images(picture[np.newaxis], wanted)[0])
            labels.append(class_names.index(class_folder.name))
    pictures = LabelledImages(
        np.array(images, dtype=np.uint8).reshape(-1, *wanted.image_shape),
        np.array(labels, dtype=np.int64),
        class_names,
    )
    return HashedImages(pictures, np.array(hashes, dtype=np.uint64).reshape(-1, 2))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _decode(path: Path, mode: str) -> npt.NDArray[np.uint8]:
    """The picture upright, (H, W) or (H, W, 3), what is transparent in it white."""
    picture = open_picture(path, max_pixels=MAX_PIXELS)
    if picture.mode not in _MODES:
        raise TrainingError(f"expected a mode of {', '.join(_MODES)}, got {picture.mode}")
    upright = ImageOps.exif_transpose(picture)
    if upright.has_transparency_data:
        upright = upright.convert("RGBA")
        white = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(white, upright)
    return np.asarray(upright.convert(mode))
