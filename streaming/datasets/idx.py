"""Arrays from IDX files, gzipped or plain, whose contents are known by their SHA-256."""

import gzip
import hashlib
import math
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from streaming.errors import DatasetCorrupt, DatasetError, DatasetUnavailable

GZIP_MAGIC = b"\x1f\x8b"
# Gzip makes what cannot be compressed a little larger; more than this is no such file.
GZIP_OVERHEAD_BYTES = 1 << 20


@dataclass(frozen=True)
class IdxFile:
    """One IDX file of uint8: its name without ``.gz``, its shape, the hash of its raw bytes.

    The hash is of the decompressed bytes, because packagings differ in their gzip bytes.
    """

    name: str
    shape: tuple[int, ...]
    sha256: str

    @property
    def header(self) -> bytes:
        """The header this file must have: magic 0x08 (uint8), number of axes, their sizes."""
        axes = len(self.shape)
        return struct.pack(f">I{axes}I", 0x0800 | axes, *self.shape)

    @property
    def size_bytes(self) -> int:
        """The length of the decompressed file."""
        return len(self.header) + math.prod(self.shape)


def read_idx(directory: Path, file: IdxFile) -> NDArray[np.uint8]:
    """The array of ``file`` in ``directory``, from ``<name>.gz`` or else from ``<name>``.

    Returns:
        A writable uint8 array of ``file.shape``.

    Raises:
        DatasetUnavailable: there is neither file.
        DatasetCorrupt: what there is cannot be read or has other contents; says which.
    """
    failures: list[str] = []
    for path in (directory / f"{file.name}.gz", directory / file.name):
        if path.is_file():
            try:
                return _parse(path, file)
            except DatasetError as error:
                failures.append(str(error))
    if failures:
        raise DatasetCorrupt("; ".join(failures))
    raise DatasetUnavailable(f"neither {file.name}.gz nor {file.name} is in {directory}")


def _parse(path: Path, file: IdxFile) -> NDArray[np.uint8]:
    try:
        raw = _read_bounded(path, file.size_bytes)
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetCorrupt(f"{path} cannot be read: {error}") from error
    if len(raw) != file.size_bytes:
        size = f"{len(raw):,}" if len(raw) < file.size_bytes else "more"
        raise DatasetCorrupt(f"{path}: expected {file.size_bytes:,} bytes unpacked, got {size}")
    if not raw.startswith(file.header):
        shape = " x ".join(map(str, file.shape))
        raise DatasetCorrupt(f"{path} is not an IDX file of {shape} uint8")
    found = hashlib.sha256(raw).hexdigest()
    if found != file.sha256:
        raise DatasetCorrupt(f"{path}: expected SHA-256 {file.sha256} unpacked, got {found}")
    # Copied, because PyTorch refuses to share memory that cannot be written.
    return np.frombuffer(raw, np.uint8, offset=len(file.header)).reshape(file.shape).copy()


def _read_bounded(path: Path, size_bytes: int) -> bytes:
    """At most one byte more than ``size_bytes``, so that a gzip bomb costs no memory."""
    packed_bytes = path.stat().st_size
    if packed_bytes > size_bytes + GZIP_OVERHEAD_BYTES:
        limit_bytes = size_bytes + GZIP_OVERHEAD_BYTES
        raise DatasetCorrupt(f"{path} has {packed_bytes:,} bytes; the limit is {limit_bytes:,}")
    with path.open("rb") as packed:
        magic = packed.read(len(GZIP_MAGIC))
        packed.seek(0)
        if magic != GZIP_MAGIC:
            return packed.read(size_bytes + 1)
        with gzip.GzipFile(fileobj=packed) as unpacked:
            return unpacked.read(size_bytes + 1)
