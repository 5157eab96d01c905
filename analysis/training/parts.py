"""The training, validation and test part of a dataset that is a folder or a dataset pickle."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.classifiers.card import InputFormat
from analysis.errors import TrainingError
from analysis.labelled_images import LabelledImages
from analysis.preprocessing import adjust_images
from analysis.training.data import DATASETS, grouped_split
from analysis.training.folders import (
    FolderContents,
    HashedImages,
    Part,
    SetAside,
    read_folder,
)
from analysis.training.near_duplicates import difference_hash, near_duplicate_groups
from streaming.datasets.pickles import DatasetReader

logger = logging.getLogger(__name__)

_FRAMES_AT_ONCE = 1024


@dataclass(frozen=True)
class Sharing:
    """How a dataset that comes without a validation or test part is shared out.

    Attributes:
        validation_share: of what there is to split, 0 to 1.
        test_share: the same.
        seed: decides which pictures go where.
    """

    validation_share: float
    test_share: float
    seed: int


@dataclass(frozen=True)
class Parts:
    """A dataset in memory, in three parts, and the files that are in none of them."""

    train: LabelledImages
    validation: LabelledImages
    test: LabelledImages
    set_aside: tuple[SetAside, ...] = ()


def load_parts(path: Path, wanted: InputFormat, sharing: Sharing) -> Parts:
    """Every labelled picture there, in the size and mode that is wanted.

    Parts that a folder has stay as they are. A missing one is taken from its training part by
    seed, class by class, with near-duplicates kept on one side.

    Args:
        path: a folder of class folders or of parts with class folders, or a dataset pickle.
        wanted: size and mode.
        sharing: for parts that are missing.

    Raises:
        TrainingError: no such dataset, one without labels, or one too small to be split.
        streaming.errors.DatasetError: no valid dataset pickle.
        OSError: a folder cannot be listed.
    """
    if path.is_dir():
        contents = read_folder(path, wanted)
    elif path.is_file():
        contents = FolderContents({"train": _read_pickle(path, wanted)}, ())
    else:
        raise TrainingError(
            f"dataset: expected one of {', '.join(sorted(DATASETS))}, or the path of a folder or "
            f"dataset pickle, got {str(path)!r}"
        )
    parts = _with_all_parts(contents.parts, sharing)
    for part, pictures in parts.items():
        if not pictures:
            raise TrainingError(f"{path}: expected at least 1 picture in {part}, got 0")
    return Parts(parts["train"], parts["validation"], parts["test"], contents.set_aside)


def _read_pickle(path: Path, wanted: InputFormat) -> HashedImages:
    with DatasetReader.open(path) as reader:
        header = reader.header
        labels = reader.labels(0, header.count)
        if labels is None or len(header.class_names) < 2:
            raise TrainingError(f"{path}: expected labels of at least 2 classes, got none")
        images, hashes = [], []
        for first in range(0, header.count, _FRAMES_AT_ONCE):
            frames = reader.read(first, min(_FRAMES_AT_ONCE, header.count - first))
            hashes += [difference_hash(frame) for frame in frames]
            images.append(adjust_images(frames, wanted))
    # A class that no frame shows is still one that the dataset's maker told apart.
    pictures = LabelledImages(
        np.concatenate(images), labels.astype(np.int64), tuple(header.class_names)
    )
    return HashedImages(pictures, np.array(hashes))


def _with_all_parts(
    found: Mapping[Part, HashedImages], sharing: Sharing
) -> dict[Part, LabelledImages]:
    shares: dict[Part, float] = {
        "validation": sharing.validation_share,
        "test": sharing.test_share,
    }
    missing = [part for part in shares if part not in found]
    parts = {part: hashed.pictures for part, hashed in found.items()}
    train = found["train"]
    if missing:
        indices = grouped_split(
            train.pictures.labels,
            near_duplicate_groups(train.hashes),
            shares=tuple(shares[part] for part in missing),
            seed=sharing.seed,
        )
        for part, chosen in zip(("train", *missing), indices, strict=True):
            parts[part] = train.pictures.take(chosen)
    _warn_of_near_duplicates(found)
    return parts


def _warn_of_near_duplicates(found: Mapping[Part, HashedImages]) -> None:
    """Parts that somebody else made may share pictures; they are counted and left as they are."""
    train = found["train"].hashes
    for part, hashed in found.items():
        if part == "train":
            continue
        groups = near_duplicate_groups(np.concatenate([train, hashed.hashes]))
        count = int(np.isin(groups[len(train) :], groups[: len(train)]).sum())
        if count:
            logger.warning("%d of %s have a near-duplicate in train", count, part)
