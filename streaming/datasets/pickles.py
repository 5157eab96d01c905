"""Dataset pickles written and read, in memory that does not grow with the number of frames.

The format, a sequence of pickled records of built-in types, is docs/reference/dataset-pickle.md.
"""

import hashlib
import os
import pickle  # nosec B403  # for writing; reading is in records.py
import tempfile
import weakref
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import numpy as np
from numpy.typing import NDArray

from streaming.datasets.headers import (
    DatasetHeader,
    check_labels,
    header_record,
    parse_chunk,
    parse_header,
    preferred_chunk_frames,
)
from streaming.datasets.records import read_record
from streaming.errors import DatasetCorrupt, DatasetError, DatasetIndexError

__all__ = ["Batch", "DatasetHeader", "DatasetReader", "write_dataset"]

PICKLE_PROTOCOL = 5
# What a chunk has beside its pixels and labels: some thirty bytes of opcodes.
CHUNK_OVERHEAD_BYTES = 1 << 10
# 256 class names of 100 characters of up to four bytes each, and the rest.
MAX_HEADER_BYTES = 1 << 17

Batch = tuple[NDArray[np.uint8], NDArray[np.uint8] | None]


def write_dataset(path: Path, header: DatasetHeader, batches: Iterable[Batch]) -> None:
    """Write a dataset pickle, which appears whole or not at all.

    Args:
        path: the file; one that is there is replaced.
        header: what ``batches`` add up to.
        batches: of any sizes, each images (N, H, W) or (N, H, W, 3) uint8 and labels (N,) uint8,
            or None where the header says that there are none.

    Raises:
        DatasetError: the header is not valid, a batch is not what it says, or the file cannot
            be written.
    """
    chunk_frames = preferred_chunk_frames(header)
    record = header_record(header, chunk_frames)
    if path.is_dir():
        raise DatasetError(f"{path} cannot be written: it is a folder")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".dataset-") as folder:
            part = Path(folder, path.name)
            with part.open("wb") as file:
                pickle.dump(record, file, PICKLE_PROTOCOL)
                _write_chunks(file, header, chunk_frames, batches)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
    except OSError as error:
        raise DatasetError(f"{path} cannot be written: {error}") from error


class DatasetReader:
    """Random access to the frames of a dataset pickle; one reader may serve many threads.

    ``DatasetReader.open`` makes one. Frames are read from the file whenever they are asked for:
    the operating system's page cache keeps what is read often, this process keeps nothing. The
    file is closed by ``close``, by leaving a ``with`` block, or with the last reference.

    Attributes:
        path: the file.
        header: what is in it.
        sha256: the hash of the whole file, in hexadecimal.
    """

    def __init__(self, path: Path, descriptor: int, contents: "_Contents") -> None:
        self.path = path
        self.header = contents.header
        self.sha256 = contents.sha256
        self._contents = contents
        self._descriptor = descriptor
        self._close = weakref.finalize(self, os.close, descriptor)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read the whole file once, in flat memory, and check everything in it.

        Raises:
            DatasetUnsafe: a record names a global; says which.
            DatasetVersionMismatch: it is of another version of the format.
            DatasetCorrupt: it is truncated, has something behind its end, or is otherwise not
                what the format asks for; says where and why.
            DatasetError: there is no such file, or it cannot be read.
        """
        if not path.is_file():
            raise DatasetError(f"there is no dataset {path}")
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise DatasetError(f"{path} cannot be opened: {error.strerror}") from error
        try:
            contents = _verify(descriptor)
        except DatasetError as error:
            os.close(descriptor)
            raise type(error)(f"{path}: {error}") from error
        except BaseException:
            os.close(descriptor)
            raise
        return cls(path, descriptor, contents)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; nothing can be read any more. Nobody may be reading meanwhile."""
        self._close()

    def read(self, first: int, count: int) -> NDArray[np.uint8]:
        """Frames ``first`` to ``first + count - 1``, counted from 0.

        Returns:
            A read-only uint8 array (count, H, W), or (count, H, W, 3) of coloured frames.

        Raises:
            DatasetIndexError: the dataset does not have all of these frames.
            DatasetCorrupt: the file was changed since it was opened.
            DatasetError: the reader is closed, or the file cannot be read.
        """
        frame_bytes = self.header.frame_bytes
        raw = self._read(self._contents.pixels_at, first, count, frame_bytes)
        return np.frombuffer(raw, np.uint8).reshape(count, *self.header.frame_shape)

    def labels(self, first: int, count: int) -> NDArray[np.uint8] | None:
        """The labels of these frames: read-only uint8 (count,); None where there are none.

        Raises:
            DatasetIndexError: the dataset does not have all of these frames.
            DatasetCorrupt: the file was changed since it was opened.
            DatasetError: the reader is closed, or the file cannot be read.
        """
        if not self.header.labelled:
            return None
        return np.frombuffer(self._read(self._contents.labels_at, first, count, 1), np.uint8)

    def _read(self, offsets: "array[int]", first: int, count: int, item_bytes: int) -> bytes:
        if first < 0 or count < 0 or first + count > self.header.count:
            raise DatasetIndexError(
                f"{self.path} has the frames 0 to {self.header.count - 1:,}; "
                f"asked for {count:,} from {first:,}"
            )
        if not self._close.alive:
            raise DatasetError(f"{self.path} was closed")
        parts: list[bytes] = []
        try:
            if _fingerprint(self._descriptor) != self._contents.fingerprint:
                raise DatasetCorrupt(f"{self.path} was changed since it was opened")
            while count > 0:
                chunk, within = divmod(first, self._contents.chunk_frames)
                frames = min(count, self._contents.chunk_frames - within)
                size_bytes, offset = frames * item_bytes, offsets[chunk] + within * item_bytes
                # Unlike seek and read, one pread is safe among threads without a lock.
                parts.append(os.pread(self._descriptor, size_bytes, offset))
                first, count = first + frames, count - frames
        except OSError as error:
            raise DatasetError(f"{self.path} cannot be read: {error.strerror}") from error
        return b"".join(parts)


@dataclass(frozen=True)
class _Contents:
    header: DatasetHeader
    chunk_frames: int
    pixels_at: "array[int]"
    labels_at: "array[int]"
    sha256: str
    fingerprint: tuple[int, int]


def _fingerprint(descriptor: int) -> tuple[int, int]:
    status = os.fstat(descriptor)
    return status.st_size, status.st_mtime_ns


def _verify(descriptor: int) -> _Contents:
    try:
        fingerprint = _fingerprint(descriptor)
        with open(descriptor, "rb", buffering=0, closefd=False) as file:
            return _read_through(file, fingerprint)
    except OSError as error:
        raise DatasetError(f"cannot be read: {error.strerror}") from error


def _read_through(file: IO[bytes], fingerprint: tuple[int, int]) -> _Contents:
    digest = hashlib.sha256()
    record, raw = read_record(file, limit_bytes=MAX_HEADER_BYTES)
    digest.update(raw)
    header, chunk_frames = parse_header(record)
    if fingerprint[0] < header.count * header.frame_bytes:
        raise DatasetCorrupt(f"truncated: too short for {header.count:,} frames")
    pixels_at, labels_at = array("q"), array("q")
    for first in range(0, header.count, chunk_frames):
        frames = min(chunk_frames, header.count - first)
        start = file.tell()
        limit_bytes = frames * (header.frame_bytes + 1) + CHUNK_OVERHEAD_BYTES
        record, raw = read_record(file, limit_bytes=limit_bytes)
        digest.update(raw)
        labels = parse_chunk(record, header=header, first=first, frames=frames)
        pixels_at.append(start + record.blobs[0])
        if labels is not None:
            labels_at.append(start + labels)
    if file.tell() != fingerprint[0]:
        raise DatasetCorrupt(f"{fingerprint[0] - file.tell():,} bytes behind the last record")
    return _Contents(header, chunk_frames, pixels_at, labels_at, digest.hexdigest(), fingerprint)


def _write_chunks(
    file: IO[bytes], header: DatasetHeader, chunk_frames: int, batches: Iterable[Batch]
) -> None:
    pixels = np.empty((chunk_frames, *header.frame_shape), np.uint8)
    labels = np.empty(chunk_frames, np.uint8)
    first = filled = 0
    for images, truth in _pieces(header, chunk_frames, batches):
        pixels[filled : filled + len(images)] = images
        if truth is not None:
            labels[filled : filled + len(images)] = truth
        filled += len(images)
        if filled == chunk_frames or first + filled == header.count:
            truth_bytes = labels[:filled].tobytes() if header.labelled else None
            chunk = (first, pixels[:filled].tobytes(), truth_bytes)
            pickle.dump(chunk, file, PICKLE_PROTOCOL)
            first, filled = first + filled, 0
    if first != header.count:
        raise DatasetError(f"expected {header.count:,} frames, got {first + filled:,}")


def _pieces(header: DatasetHeader, chunk_frames: int, batches: Iterable[Batch]) -> Iterator[Batch]:
    """The batches, checked, and cut where a chunk ends."""
    done = 0
    for images, labels in batches:
        _check_batch(header, images, labels, done)
        begin = 0
        while begin < len(images):
            end = min(len(images), begin + chunk_frames - done % chunk_frames)
            yield images[begin:end], None if labels is None else labels[begin:end]
            done, begin = done + end - begin, end


def _check_batch(
    header: DatasetHeader,
    images: NDArray[np.uint8],
    labels: NDArray[np.uint8] | None,
    done: int,
) -> None:
    if images.dtype != np.uint8 or images.shape[1:] != header.frame_shape:
        raise DatasetError(
            f"expected images of {header.frame_shape} uint8, "
            f"got {images.shape[1:]} {images.dtype}"
        )
    if done + len(images) > header.count:
        raise DatasetError(f"expected {header.count:,} frames, got more")
    if not header.labelled:
        if labels is not None:
            raise DatasetError("labels for a dataset without")
        return
    if labels is None or labels.dtype != np.uint8 or labels.shape != (len(images),):
        found = "none" if labels is None else f"{labels.shape} {labels.dtype}"
        raise DatasetError(f"expected labels ({len(images)},) uint8, got {found}")
    check_labels(labels, header, done)
