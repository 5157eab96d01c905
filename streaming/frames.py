"""The wire format of frames: a fixed header and raw pixels, one or many frames a message (pure).

Little-endian, 32 bytes, then ``count * height * width * channels`` bytes of row-major uint8::

    offset  type     field
    0       4s       magic, ``FSFR``
    4       uint8    version, 1
    5       uint8    channels, 1 (grey) or 3 (RGB, interleaved)
    6       uint16   reserved, 0
    8       uint64   sequence of the first frame
    16      uint32   number of frames, 1 to 4096
    20      uint16   height, pixels, 1 to 4096
    22      uint16   width, pixels, 1 to 4096
    24      uint64   send time, nanoseconds since the Unix epoch
"""

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streaming.errors import MalformedFrames

MAGIC = b"FSFR"
VERSION = 1
HEADER = struct.Struct("<4sBBHQIHHQ")
MAX_FRAMES = 4096
MAX_SIDE = 4096
# The largest message either side takes; a picture of the largest size just fits.
MAX_MESSAGE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FrameMessage:
    """Frames of one message.

    Attributes:
        first_sequence: Sequence of the first frame; the others follow it one by one.
        sent_at_ns: When the server sent it, nanoseconds since the Unix epoch.
        images: ``(N, H, W)`` for grey or ``(N, H, W, 3)`` for RGB, uint8, read-only view of the
            message.
    """

    first_sequence: int
    sent_at_ns: int
    images: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.images)


def encode_frames(images: NDArray[np.uint8], *, first_sequence: int, sent_at_ns: int) -> bytes:
    """The message that carries these frames.

    Args:
        images: ``(N, H, W)`` or ``(N, H, W, 3)`` uint8.
        first_sequence: Sequence of the first frame.
        sent_at_ns: Nanoseconds since the Unix epoch.

    Raises:
        ValueError: a shape or number of frames that the format cannot carry.
    """
    count, height, width = images.shape[:3] if images.ndim in (3, 4) else (0, 0, 0)
    channels = images.shape[3] if images.ndim == 4 else 1
    problem = _shape_problem(count, height, width, channels)
    if problem or images.dtype != np.uint8:
        raise ValueError(
            f"frames must be uint8 of (N, H, W) or (N, H, W, 3), got {images.dtype} of "
            f"{images.shape}{f': {problem}' if problem else ''}"
        )
    header = HEADER.pack(
        MAGIC, VERSION, channels, 0, first_sequence, count, height, width, sent_at_ns
    )
    return b"".join((header, np.ascontiguousarray(images).data))


def decode_frames(message: bytes) -> FrameMessage:
    """The frames of one message, without copying a pixel.

    Raises:
        MalformedFrames: a header or length that is not of the format; the message says what
            was expected and what came.
    """
    if len(message) < HEADER.size:
        raise MalformedFrames(
            f"a frame message has at least {HEADER.size} bytes of header, got {len(message)} bytes"
        )
    magic, version, channels, reserved, first, count, height, width, sent_at_ns = (
        HEADER.unpack_from(message)
    )
    if magic != MAGIC:
        raise MalformedFrames(f"a frame message starts with {MAGIC!r}, got {magic!r}")
    if version != VERSION:
        raise MalformedFrames(f"frame messages are of version {VERSION}, got {version}")
    if reserved != 0:
        raise MalformedFrames(f"the reserved field must be 0, got {reserved}")
    problem = _shape_problem(count, height, width, channels)
    if problem:
        raise MalformedFrames(problem)
    expected = HEADER.size + count * height * width * channels
    if len(message) != expected:
        raise MalformedFrames(
            f"{count} frames of {height}x{width}x{channels} take {expected} bytes with their "
            f"header, got {len(message)}"
        )
    shape = (count, height, width) if channels == 1 else (count, height, width, channels)
    pixels = np.frombuffer(message, dtype=np.uint8, offset=HEADER.size)
    return FrameMessage(first_sequence=first, sent_at_ns=sent_at_ns, images=pixels.reshape(shape))


def _shape_problem(count: int, height: int, width: int, channels: int) -> str:
    """What is wrong with the shape, as a sentence; empty where nothing is."""
    if not 1 <= count <= MAX_FRAMES:
        return f"a message carries 1 to {MAX_FRAMES} frames, got {count}"
    if not (1 <= height <= MAX_SIDE and 1 <= width <= MAX_SIDE):
        return f"a frame is 1 to {MAX_SIDE} pixels high and wide, got {height}x{width}"
    if channels not in (1, 3):
        return f"a frame has 1 or 3 channels, got {channels}"
    if HEADER.size + count * height * width * channels > MAX_MESSAGE_BYTES:
        return f"a message has at most {MAX_MESSAGE_BYTES} bytes, got {count} of {height}x{width}"
    return ""
