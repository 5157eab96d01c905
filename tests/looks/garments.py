"""Drawn clothes, so that pictures of pages show pictures, where Fashion-MNIST is not at hand."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from streaming.datasets.headers import DatasetHeader
from streaming.datasets.pickles import write_dataset
from tests.results.conftest import CLASS_NAMES

Outline = tuple[tuple[int, int], ...]

_SLEEVES: Outline = (
    (2, 8),
    (9, 4),
    (19, 4),
    (26, 8),
    (23, 13),
    (20, 11),
    (20, 25),
    (8, 25),
    (8, 11),
    (5, 13),
)
_LONG: Outline = (
    (3, 9),
    (10, 3),
    (18, 3),
    (25, 9),
    (27, 24),
    (23, 25),
    (20, 12),
    (20, 26),
    (8, 26),
    (8, 12),
    (5, 25),
    (1, 24),
)
# In the order of their class names; what looks alike is what a classifier takes for another.
OUTLINES: tuple[Outline, ...] = (
    _SLEEVES,
    ((8, 2), (20, 2), (21, 26), (16, 26), (14, 9), (12, 26), (7, 26)),
    _LONG,
    ((10, 2), (18, 2), (17, 10), (23, 26), (5, 26), (11, 10)),
    (*_LONG[:6], (20, 13), (20, 27), (15, 27), (14, 5), (13, 27), (8, 27), (8, 13), *_LONG[-2:]),
    ((1, 19), (9, 17), (19, 9), (24, 9), (26, 20), (22, 21), (21, 15), (12, 21), (1, 22)),
    (*_LONG[:4], (25, 20), (21, 20), (20, 12), (20, 26), (8, 26), (8, 12), (7, 20), (3, 20)),
    ((1, 17), (8, 16), (15, 10), (20, 13), (26, 11), (27, 20), (1, 21)),
    ((4, 11), (9, 11), (10, 5), (18, 5), (19, 11), (24, 11), (26, 25), (2, 25)),
    ((9, 3), (19, 3), (19, 14), (27, 19), (27, 24), (8, 24)),
)


def garment(class_id: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """A piece of clothing of that class: (28, 28) uint8, light on black, no two alike."""
    picture = Image.new("L", (28, 28))
    moved = np.array(OUTLINES[class_id]) + random.normal(0, 0.6, (len(OUTLINES[class_id]), 2))
    outline = [(float(x), float(y)) for x, y in moved]
    ImageDraw.Draw(picture).polygon(outline, fill=int(random.integers(120, 235)))
    pixels = np.asarray(picture.filter(ImageFilter.GaussianBlur(0.5)), dtype=np.float64)
    weave = random.normal(1, 0.12, pixels.shape)
    return np.clip(pixels * weave, 0, 255).astype(np.uint8)


def write_garments(path: Path, count: int) -> Path:
    """A labelled dataset pickle of so many, the classes in turns."""
    random = np.random.default_rng(5)
    labels = (np.arange(count) % len(CLASS_NAMES)).astype(np.uint8)
    images = np.stack([garment(int(label), random) for label in labels])
    header = DatasetHeader(
        name="drawn-clothes",
        split="test",
        seed=5,
        count=count,
        height=28,
        width=28,
        channels=1,
        class_names=CLASS_NAMES,
        labelled=True,
    )
    write_dataset(path, header, [(images, labels)])
    return path
