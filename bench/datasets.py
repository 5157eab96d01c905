"""The dataset pickles that are streamed."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from streaming.datasets.fashion_mnist import CLASS_NAMES
from streaming.datasets.headers import DatasetHeader
from streaming.datasets.pickles import write_dataset
from tests.servers import run_manage

__all__ = ["CLASS_NAMES", "fashion_dataset", "noise_dataset"]

_CHUNK_FRAMES = 10_000


class DatasetNotMade(Exception):
    """`makedataset` failed; its words are the message."""


def fashion_dataset(folder: Path, count: int) -> Path:
    """Frames of Fashion-MNIST's training split.

    Raises:
        DatasetNotMade: the pictures cannot be had.
    """
    path = folder / f"fashion-{count}.pickle"
    made = run_manage(
        folder, "makedataset", f"--count={count}", "--split=train", f"--output={path}"
    )
    if made.returncode != 0:
        raise DatasetNotMade(made.stderr.strip())
    return path


def noise_dataset(folder: Path, count: int, side: int) -> Path:
    """Grey noise of ``side × side`` pixels, labelled with Fashion-MNIST's ten classes."""
    path = folder / f"noise-{count}.pickle"
    header = DatasetHeader(
        name="noise",
        split="test",
        seed=0,
        count=count,
        height=side,
        width=side,
        channels=1,
        class_names=CLASS_NAMES,
        labelled=True,
    )
    write_dataset(path, header, _noise(count, side))
    return path


def _noise(count: int, side: int) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
    rng = np.random.default_rng(0)
    for start in range(0, count, _CHUNK_FRAMES):
        size = min(_CHUNK_FRAMES, count - start)
        yield (
            rng.integers(0, 256, (size, side, side), dtype=np.uint8),
            rng.integers(0, len(CLASS_NAMES), size, dtype=np.uint8),
        )
