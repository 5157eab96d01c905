"""Small datasets and files that the tests of ``streaming.datasets`` share."""

import gzip
import hashlib
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streaming.datasets.fashion_mnist import SplitFiles
from streaming.datasets.headers import DatasetHeader, header_record
from streaming.datasets.idx import IdxFile
from streaming.datasets.pickles import write_dataset

HEADER = DatasetHeader(
    name="shapes",
    split="test",
    seed=7,
    count=10,
    height=3,
    width=2,
    channels=1,
    class_names=("circle", "square", "star"),
    labelled=True,
)


def make_images(header: DatasetHeader) -> NDArray[np.uint8]:
    """All frames of a dataset of this header, no two alike: (N, H, W) or (N, H, W, 3) uint8."""
    shape = (header.count, *header.frame_shape)
    return np.random.default_rng(header.count).integers(0, 256, shape, dtype=np.uint8)


def make_labels(header: DatasetHeader) -> NDArray[np.uint8]:
    """A label of each frame: (N,) uint8."""
    return (np.arange(header.count) % len(header.class_names)).astype(np.uint8)


def make_dataset(path: Path, **changes: Any) -> DatasetHeader:
    """Write a dataset pickle of ``HEADER`` with these changes; its header."""
    header = replace(HEADER, **changes)
    labels = make_labels(header) if header.labelled else None
    write_dataset(path, header, [(make_images(header), labels)])
    return header


def make_records(header: DatasetHeader, chunk_frames: int) -> list[Any]:
    """The records of a dataset pickle, as another program would make them."""
    images, labels = make_images(header), make_labels(header)
    records: list[Any] = [header_record(header, chunk_frames)]
    for first in range(0, header.count, chunk_frames):
        part = slice(first, first + chunk_frames)
        truth = labels[part].tobytes() if header.labelled else None
        records.append((first, images[part].tobytes(), truth))
    return records


def write_records(path: Path, records: list[Any], protocol: int = 5) -> None:
    """Write anything as a sequence of pickled records."""
    path.write_bytes(b"".join(pickle.dumps(record, protocol) for record in records))


def make_split(folder: Path, count: int = 6) -> SplitFiles:
    """Write the gzipped IDX files of a small look-alike of Fashion-MNIST; what they are."""
    folder.mkdir(parents=True, exist_ok=True)
    images = np.arange(count * 28 * 28, dtype=np.uint32).astype(np.uint8)
    labels = (np.arange(count) % 10).astype(np.uint8)
    raw_images = b"\0\0\x08\x03" + np.array([count, 28, 28], ">u4").tobytes() + images.tobytes()
    raw_labels = b"\0\0\x08\x01" + np.array([count], ">u4").tobytes() + labels.tobytes()
    files = SplitFiles(
        IdxFile("images", (count, 28, 28), hashlib.sha256(raw_images).hexdigest()),
        IdxFile("labels", (count,), hashlib.sha256(raw_labels).hexdigest()),
    )
    (folder / "images.gz").write_bytes(gzip.compress(raw_images))
    (folder / "labels.gz").write_bytes(gzip.compress(raw_labels))
    return files
