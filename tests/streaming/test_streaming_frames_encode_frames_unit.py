"""streaming.frames.encode_frames."""

import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from streaming.frames import decode_frames, encode_frames

SHAPES = st.one_of(
    st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9)),
    st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9), st.just(3)),
)


@given(
    images=SHAPES.flatmap(lambda shape: arrays(np.uint8, shape)),
    first_sequence=st.integers(0, 2**64 - 1),
    sent_at_ns=st.integers(0, 2**64 - 1),
)
def test_is_undone_by_decoding(
    images: NDArray[np.uint8], first_sequence: int, sent_at_ns: int
) -> None:
    decoded = decode_frames(
        encode_frames(images, first_sequence=first_sequence, sent_at_ns=sent_at_ns)
    )
    assert (decoded.first_sequence, decoded.sent_at_ns) == (first_sequence, sent_at_ns)
    assert decoded.images.shape == images.shape
    assert np.array_equal(decoded.images, images)


def test_lays_out_the_bytes_as_documented() -> None:
    images = np.arange(2 * 2 * 3, dtype=np.uint8).reshape(2, 2, 3)
    message = encode_frames(images, first_sequence=7, sent_at_ns=99)
    assert message[:32] == struct.pack("<4sBBHQIHHQ", b"FSFR", 1, 1, 0, 7, 2, 2, 3, 99)
    assert message[32:] == bytes(range(12))


def test_takes_a_view_that_is_not_contiguous() -> None:
    images = np.arange(48, dtype=np.uint8).reshape(3, 4, 4)[:, :, ::2]
    decoded = decode_frames(encode_frames(images, first_sequence=0, sent_at_ns=0))
    assert np.array_equal(decoded.images, images)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        pytest.param(np.zeros((2, 2), np.uint8), "1 to 4096 frames", id="one picture alone"),
        pytest.param(np.zeros((0, 2, 2), np.uint8), "1 to 4096 frames, got 0", id="no frame"),
        pytest.param(np.zeros((4097, 1, 1), np.uint8), "got 4097", id="too many"),
        pytest.param(np.zeros((1, 0, 2), np.uint8), "got 0x2", id="no height"),
        pytest.param(np.zeros((1, 1, 4097), np.uint8), "got 1x4097", id="too wide"),
        pytest.param(np.zeros((1, 2, 2, 2), np.uint8), "1 or 3 channels, got 2", id="two channels"),
        pytest.param(np.zeros((1, 2, 2), np.float32), "float32", id="floats"),
        pytest.param(np.zeros((5, 4096, 4096), np.uint8), "at most 67108864 bytes", id="too large"),
    ],
)
def test_refuses_what_a_message_cannot_carry(images: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        encode_frames(images, first_sequence=0, sent_at_ns=0)
