"""What a dataset pickle says about itself, checked: docs/reference/dataset-pickle.md."""

from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from streaming.datasets.records import Record
from streaming.errors import DatasetCorrupt, DatasetError, DatasetVersionMismatch

FORMAT = "fashionsite-dataset"
VERSION = 1
# Labels are one byte each.
MAX_CLASSES = 256
MAX_FRAMES = 10**9
MAX_SIDE = 8192
# What a record may hold of pixels: with its copies while it is checked, memory stays flat.
MAX_CHUNK_BYTES = 32 << 20
# Large enough that a chunk's overhead does not count, small enough to be quickly checked.
PREFERRED_CHUNK_BYTES = 1 << 20

Text = Annotated[str, Meta(min_length=1, max_length=100)]
Side = Annotated[int, Meta(ge=1, le=MAX_SIDE)]


@dataclass(frozen=True)
class DatasetHeader:
    """What is in a dataset.

    Args:
        name: which pictures these are, such as ``fashion-mnist``.
        split: which part of them, such as ``test``.
        seed: what the frames were drawn by, from 0 to 2**63 - 1.
        count: the number of frames, at least 1.
        height: of each frame, in pixels.
        width: of each frame, in pixels.
        channels: 1 (grey) or 3 (red, green, blue).
        class_names: the name of each label, up to 256; may be empty where ``labelled`` is false.
        labelled: whether every frame has a label.
    """

    name: str
    split: str
    seed: int
    count: int
    height: int
    width: int
    channels: int
    class_names: tuple[str, ...]
    labelled: bool

    @property
    def frame_shape(self) -> tuple[int, ...]:
        """(H, W) of a grey frame, (H, W, 3) of a coloured one."""
        grey = (self.height, self.width)
        return grey if self.channels == 1 else (*grey, self.channels)

    @property
    def frame_bytes(self) -> int:
        """The size of one frame's pixels."""
        return self.height * self.width * self.channels


class _HeaderRecord(msgspec.Struct, forbid_unknown_fields=True):
    format: Literal["fashionsite-dataset"]
    version: int
    name: Text
    split: Text
    seed: Annotated[int, Meta(ge=0, le=2**63 - 1)]
    count: Annotated[int, Meta(ge=1, le=MAX_FRAMES)]
    height: Side
    width: Side
    channels: Literal[1, 3]
    class_names: Annotated[list[Text], Meta(max_length=MAX_CLASSES)]
    labelled: bool
    chunk_frames: Annotated[int, Meta(ge=1, le=MAX_FRAMES)]


def preferred_chunk_frames(header: DatasetHeader) -> int:
    """How many frames of this size make a chunk of about a mebibyte: from 1 to 4,096."""
    return max(1, min(4096, PREFERRED_CHUNK_BYTES // max(1, header.frame_bytes)))


def header_record(header: DatasetHeader, chunk_frames: int) -> dict[str, Any]:
    """The header as the dict that is pickled.

    Raises:
        DatasetError: a value that the format does not allow; says which.
    """
    record: dict[str, Any] = {"format": FORMAT, "version": VERSION, **asdict(header)}
    record |= {"class_names": list(header.class_names), "chunk_frames": chunk_frames}
    try:
        _checked(record)
    except DatasetCorrupt as error:
        raise DatasetError(f"no such dataset can be written: {error}") from error
    return record


def parse_header(record: Record) -> tuple[DatasetHeader, int]:
    """The header in a file's first record, and the number of frames in a chunk.

    Raises:
        DatasetVersionMismatch: it is of another version of the format.
        DatasetCorrupt: it is no header, or one with a value that is missing, unknown, given
            twice, of the wrong type or out of range; says which.
    """
    fields = record.value
    if not isinstance(fields, dict) or fields.get("format") != FORMAT:
        raise DatasetCorrupt(f"the first record is no header of the format {FORMAT!r}")
    if fields.get("version") != VERSION:
        found = repr(fields.get("version"))[:40]
        raise DatasetVersionMismatch(f"expected version {VERSION} of {FORMAT}, got {found}")
    header, chunk_frames = _checked(fields)
    # The dict, its list of class names and their strings, each key and value once.
    if record.values != 1 + 2 * len(fields) + len(header.class_names):
        raise DatasetCorrupt("the header has a key twice, or values that are in no field")
    return header, chunk_frames


def parse_chunk(record: Record, *, header: DatasetHeader, first: int, frames: int) -> int | None:
    """Check a chunk's record; the offset of its labels in the record, None without labels.

    Its pixels lie at ``record.blobs[0]``.

    Args:
        record: what was read.
        header: the dataset's header.
        first: the index that its first frame must have.
        frames: the number of frames that it must have.

    Raises:
        DatasetCorrupt: it is no such chunk, or has a label that is no class; says which.
    """
    chunk = record.value
    if not isinstance(chunk, tuple) or len(chunk) != 3 or record.values != 4:
        raise DatasetCorrupt(f"at frame {first:,}: expected a chunk (first, pixels, labels)")
    if not isinstance(chunk[0], int) or isinstance(chunk[0], bool):
        raise DatasetCorrupt(f"at frame {first:,}: a chunk's first frame is no int")
    if chunk[0] != first:
        raise DatasetCorrupt(f"expected the chunk of frame {first:,}, got {chunk[0]!r:.40}")
    _check_bytes(chunk[1], frames * header.frame_bytes, f"of pixels at frame {first:,}")
    if not header.labelled:
        if chunk[2] is not None:
            raise DatasetCorrupt(f"at frame {first:,}: labels in a dataset without")
        return None
    _check_bytes(chunk[2], frames, f"of labels at frame {first:,}")
    check_labels(np.frombuffer(chunk[2], np.uint8), header, first)
    # Of a chunk with a single one-byte frame, pixels and labels may be one bytes object.
    return record.blobs[-1]


def check_labels(labels: NDArray[np.uint8], header: DatasetHeader, first: int) -> None:
    """Check that every label is the index of a class.

    Raises:
        DatasetCorrupt: one is not; says which, counting frames from ``first``.
    """
    wrong = np.flatnonzero(labels >= len(header.class_names))
    if wrong.size:
        raise DatasetCorrupt(
            f"frame {first + int(wrong[0]):,} has the label {labels[wrong[0]]}; "
            f"there are {len(header.class_names)} classes"
        )


def _check_bytes(value: object, size_bytes: int, what: str) -> None:
    if not isinstance(value, bytes):
        raise DatasetCorrupt(f"expected bytes {what}, got {type(value).__name__}")
    if len(value) != size_bytes:
        raise DatasetCorrupt(f"expected {size_bytes:,} bytes {what}, got {len(value):,}")


def _checked(fields: dict[str, Any]) -> tuple[DatasetHeader, int]:
    try:
        record = msgspec.convert(fields, _HeaderRecord)
    except (msgspec.ValidationError, RecursionError) as error:
        raise DatasetCorrupt(f"the header is not valid: {error}") from error
    header = DatasetHeader(
        name=record.name,
        split=record.split,
        seed=record.seed,
        count=record.count,
        height=record.height,
        width=record.width,
        channels=record.channels,
        class_names=tuple(record.class_names),
        labelled=record.labelled,
    )
    if len(set(header.class_names)) != len(header.class_names):
        raise DatasetCorrupt("the header is not valid: a class name is given twice")
    if header.labelled and not header.class_names:
        raise DatasetCorrupt("the header is not valid: labelled, but without class names")
    if record.chunk_frames * header.frame_bytes > MAX_CHUNK_BYTES:
        raise DatasetCorrupt(
            f"the header is not valid: a chunk of {record.chunk_frames:,} frames of "
            f"{header.frame_bytes:,} bytes is larger than {MAX_CHUNK_BYTES:,} bytes"
        )
    return header, record.chunk_frames
