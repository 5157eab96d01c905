"""The datasets of this installation: where the settings say they are, and those in use."""

import threading
from collections import OrderedDict
from pathlib import Path

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from streaming.datasets.fashion_mnist import Sources, Split, load_split
from streaming.datasets.pickles import DatasetReader
from streaming.errors import DatasetError

# A reader keeps a file open and some hundred kilobytes of offsets at most.
MAX_READERS = 16

_Version = tuple[int, int, int]
_readers: OrderedDict[Path, tuple[_Version, DatasetReader]] = OrderedDict()
_lock = threading.Lock()


def fashion_mnist_split(split: Split) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The pictures and labels of one split, from wherever this installation finds them.

    Returns:
        Images (N, 28, 28) uint8 and labels (N,) uint8, indices of ``CLASS_NAMES``.

    Raises:
        DatasetUnavailable: no place has valid files; lists what was tried and what to do.
    """
    sources = Sources(
        cache=settings.VAR_DIR / "cache" / "fashion-mnist", chosen=settings.FASHION_MNIST_DIR
    )
    return load_split(split, sources=sources)


def open_dataset(path: Path) -> DatasetReader:
    """A reader of this dataset pickle, shared by all who ask; do not close it.

    The file is read through and checked when it is new here or has changed, else not again.

    Raises:
        DatasetError: there is no such file, or it is no valid dataset pickle; says why.
    """
    try:
        path = path.resolve()
        status = path.stat()
    # A loop of links is a RuntimeError, a zero byte in the name a ValueError.
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DatasetError(f"there is no dataset {path}: {reason}") from error
    version = (status.st_ino, status.st_size, status.st_mtime_ns)
    # Held while a file is read through, so that two who ask at once read it once.
    with _lock:
        kept = _readers.get(path)
        if kept is None or kept[0] != version:
            kept = (version, DatasetReader.open(path))
            _readers[path] = kept
        _readers.move_to_end(path)
        # Whoever still reads from one that is let go keeps it open.
        while len(_readers) > MAX_READERS:
            _readers.popitem(last=False)
        return kept[1]


def frame_pixels(dataset_path: str, dataset_sha256: str, index: int) -> NDArray[np.uint8]:
    """One frame of the dataset that has this hash.

    Args:
        dataset_path: the dataset pickle.
        dataset_sha256: the hash it had when it was streamed, in hexadecimal.
        index: the frame's place in the dataset, from 0.

    Returns:
        A read-only uint8 array (H, W), or (H, W, 3) of a coloured frame.

    Raises:
        DatasetError: the file is gone, has another hash now, or no such frame; says which.
    """
    reader = open_dataset(Path(dataset_path))
    if reader.sha256 != dataset_sha256:
        raise DatasetError(
            f"{reader.path} is another file now: expected SHA-256 {dataset_sha256}, "
            f"got {reader.sha256}"
        )
    frame: NDArray[np.uint8] = reader.read(index, 1)[0]
    return frame
