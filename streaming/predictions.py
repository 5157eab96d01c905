"""The wire format of predictions on their way back: arrays, not JSON (pure).

Little-endian, a header of 16 bytes, then three arrays one after the other::

    offset  type     field
    0       4s       magic, ``FSPR``
    4       uint8    version, 1
    5       uint8    reserved, 0
    6       uint16   number of classes, 1 to 4096
    8       uint32   number of predictions N, 1 to 4096
    12      uint32   batch number, chosen by the client, repeated in the acknowledgement
    16      uint64   N sequences
            float32  N latencies, milliseconds from send time to result
            float32  N rows of probabilities, one a class
"""

import struct

import numpy as np

from results.batches import PredictionBatch
from streaming.errors import MalformedMessage

MAGIC = b"FSPR"
VERSION = 1
HEADER = struct.Struct("<4sBBHII")
MAX_PREDICTIONS = 4096
MAX_CLASSES = 4096


def encode_predictions(batch: PredictionBatch, *, number: int) -> bytes:
    """The message that carries a batch; ``number`` comes back in its acknowledgement.

    Raises:
        ValueError: more predictions or classes than a message carries, or none.
    """
    count, classes = batch.probabilities.shape
    if not (1 <= count <= MAX_PREDICTIONS and 1 <= classes <= MAX_CLASSES):
        raise ValueError(
            f"a message carries 1 to {MAX_PREDICTIONS} predictions of 1 to {MAX_CLASSES} classes, "
            f"got {count} of {classes}"
        )
    return b"".join(
        (
            HEADER.pack(MAGIC, VERSION, 0, classes, count, number),
            batch.sequences.astype("<u8").tobytes(),
            batch.latencies_ms.astype("<f4").tobytes(),
            batch.probabilities.astype("<f4").tobytes(),
        )
    )


def decode_predictions(message: bytes) -> tuple[int, PredictionBatch]:
    """The number and the predictions of one message.

    Raises:
        MalformedMessage: a header or length that is not of the format.
    """
    if len(message) < HEADER.size:
        raise MalformedMessage(
            f"a prediction message has at least {HEADER.size} bytes, got {len(message)}"
        )
    magic, version, reserved, classes, count, number = HEADER.unpack_from(message)
    if (magic, version, reserved) != (MAGIC, VERSION, 0):
        raise MalformedMessage(
            f"a prediction message starts with {MAGIC!r}, version {VERSION}, got {magic!r}, "
            f"version {version}, reserved {reserved}"
        )
    if not (1 <= count <= MAX_PREDICTIONS and 1 <= classes <= MAX_CLASSES):
        raise MalformedMessage(
            f"a message carries 1 to {MAX_PREDICTIONS} predictions of 1 to {MAX_CLASSES} classes, "
            f"got {count} of {classes}"
        )
    expected = HEADER.size + count * (8 + 4 + 4 * classes)
    if len(message) != expected:
        raise MalformedMessage(
            f"{count} predictions of {classes} classes take {expected} bytes, got {len(message)}"
        )
    latencies_at = HEADER.size + 8 * count
    probabilities_at = latencies_at + 4 * count
    probabilities = np.frombuffer(message, "<f4", offset=probabilities_at)
    return number, PredictionBatch(
        sequences=np.frombuffer(message, "<u8", count=count, offset=HEADER.size),
        latencies_ms=np.frombuffer(message, "<f4", count=count, offset=latencies_at),
        probabilities=probabilities.reshape(count, classes),
    )
