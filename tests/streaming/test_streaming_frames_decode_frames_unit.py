"""streaming.frames.decode_frames."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.errors import MalformedFrames
from streaming.frames import MAGIC, VERSION, decode_frames, encode_frames

PIXELS = bytes(range(12))


def _message(pixels: bytes = PIXELS, **changes: int | bytes) -> bytes:
    fields: dict[str, int | bytes] = {
        "magic": MAGIC,
        "version": VERSION,
        "channels": 1,
        "reserved": 0,
        "first": 4,
        "count": 2,
        "height": 2,
        "width": 3,
        "sent_at_ns": 5,
    }
    assert changes.keys() <= fields.keys()
    return struct.pack("<4sBBHQIHHQ", *{**fields, **changes}.values()) + pixels


def test_reads_grey_frames_row_by_row() -> None:
    decoded = decode_frames(_message())
    assert decoded.images.tolist() == [[[0, 1, 2], [3, 4, 5]], [[6, 7, 8], [9, 10, 11]]]
    assert (decoded.first_sequence, decoded.sent_at_ns, len(decoded)) == (4, 5, 2)


def test_reads_colours_interleaved() -> None:
    decoded = decode_frames(_message(channels=3, count=1, height=2, width=2))
    assert decoded.images.shape == (1, 2, 2, 3)
    assert decoded.images[0, 0, 1].tolist() == [3, 4, 5]


def test_copies_no_pixel() -> None:
    message = _message()
    decoded = decode_frames(message)
    assert not decoded.images.flags.writeable
    assert np.shares_memory(decoded.images, np.frombuffer(message, np.uint8))


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        pytest.param(b"", "at least 32 bytes of header, got 0", id="empty"),
        pytest.param(_message()[:31], "at least 32 bytes of header, got 31", id="half a header"),
        pytest.param(_message(magic=b"JPEG"), "starts with b'FSFR', got b'JPEG'", id="magic"),
        pytest.param(_message(version=2), "version 1, got 2", id="version"),
        pytest.param(_message(reserved=1), "reserved field must be 0, got 1", id="reserved"),
        pytest.param(_message(count=0), "1 to 4096 frames, got 0", id="no frame"),
        pytest.param(_message(count=2**32 - 1), "got 4294967295", id="huge count"),
        pytest.param(_message(height=0), "1 to 4096 pixels high and wide, got 0x3", id="height 0"),
        pytest.param(_message(width=0), "got 2x0", id="width 0"),
        pytest.param(_message(width=65535), "got 2x65535", id="huge width"),
        pytest.param(_message(channels=2), "1 or 3 channels, got 2", id="two channels"),
        pytest.param(
            _message(count=4096, height=4096, width=4096), "at most 67108864 bytes", id="huge"
        ),
        pytest.param(_message()[:-1], "take 44 bytes with their header, got 43", id="truncated"),
        pytest.param(_message() + b"x", "take 44 bytes with their header, got 45", id="too long"),
    ],
)
def test_refuses_what_is_not_of_the_format(message: bytes, complaint: str) -> None:
    with pytest.raises(MalformedFrames, match=complaint):
        decode_frames(message)


@given(st.binary(max_size=200))
def test_refuses_any_garbage_by_its_own_error(garbage: bytes) -> None:
    with pytest.raises(MalformedFrames):
        decode_frames(garbage)


@given(st.integers(0, 43), st.integers(0, 255))
def test_takes_a_changed_byte_as_another_message_or_refuses_it(place: int, value: int) -> None:
    changed = bytearray(_message())
    changed[place] = value
    try:
        decoded = decode_frames(bytes(changed))
    except MalformedFrames:
        return
    again = encode_frames(
        decoded.images, first_sequence=decoded.first_sequence, sent_at_ns=decoded.sent_at_ns
    )
    assert again == changed
