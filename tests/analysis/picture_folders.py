"""Class folders of small made-up photographs, with and without parts, and a dataset pickle."""

from pathlib import Path

import numpy as np
from PIL import Image

from streaming.datasets.pickles import DatasetHeader, write_dataset
from tests.analysis.tiny_models import CLASS_NAMES, stripes

CLASSES = ("crosses", "dots")


def photograph(seed: int, *, size_wh: tuple[int, int] = (24, 18)) -> Image.Image:
    """A coarse random pattern in colour: two seeds look nothing alike, at any size."""
    coarse = np.random.default_rng(seed).integers(0, 256, size=(5, 6, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize(size_wh, Image.Resampling.BICUBIC)


def write_classes(folder: Path, count: int, *, first_seed: int = 0) -> Path:
    """``count`` different pictures of each class, below ``folder``."""
    for class_id, name in enumerate(CLASSES):
        (folder / name).mkdir(parents=True)
        for index in range(count):
            seed = first_seed + class_id * count + index
            photograph(seed).save(folder / name / f"{index:03}.png")
    return folder


def write_pickle(path: Path, *, labelled: bool = True) -> Path:
    """90 stripes as a dataset pickle."""
    pictures = stripes(90)
    header = DatasetHeader(
        name="stripes",
        split="train",
        seed=0,
        count=90,
        height=8,
        width=10,
        channels=1,
        class_names=CLASS_NAMES,
        labelled=labelled,
    )
    labels = pictures.labels.astype(np.uint8) if labelled else None
    write_dataset(path, header, [(pictures.images, labels)])
    return path
