"""streaming.predictions.decode_predictions."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.errors import MalformedMessage
from streaming.predictions import MAGIC, VERSION, decode_predictions, encode_predictions

# Two predictions of three classes.
ARRAYS = struct.pack("<2Q2f6f", 8, 3, 1.5, 2.5, 1, 0, 0, 0.25, 0.5, 0.25)


def _message(arrays: bytes = ARRAYS, **changes: int | bytes) -> bytes:
    fields: dict[str, int | bytes] = {
        "magic": MAGIC,
        "version": VERSION,
        "reserved": 0,
        "classes": 3,
        "count": 2,
        "number": 7,
    }
    assert changes.keys() <= fields.keys()
    return struct.pack("<4sBBHII", *{**fields, **changes}.values()) + arrays


def test_reads_the_arrays_one_after_the_other() -> None:
    number, batch = decode_predictions(_message())
    assert number == 7
    assert batch.sequences.tolist() == [8, 3]
    assert batch.latencies_ms.tolist() == [1.5, 2.5]
    assert batch.probabilities.tolist() == [[1, 0, 0], [0.25, 0.5, 0.25]]


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        pytest.param(b"", "at least 16 bytes, got 0", id="empty"),
        pytest.param(_message()[:15], "at least 16 bytes, got 15", id="half a header"),
        pytest.param(_message(magic=b"FSFR"), "got b'FSFR'", id="a frame message"),
        pytest.param(_message(version=2), "version 2", id="version"),
        pytest.param(_message(reserved=4), "reserved 4", id="reserved"),
        pytest.param(_message(count=0), "got 0 of 3", id="none"),
        pytest.param(_message(count=2**32 - 1), "got 4294967295 of 3", id="huge count"),
        pytest.param(_message(classes=0), "got 2 of 0", id="no class"),
        pytest.param(_message(classes=65535), "got 2 of 65535", id="huge classes"),
        pytest.param(_message()[:-1], "take 64 bytes, got 63", id="truncated"),
        pytest.param(_message() + b"x", "take 64 bytes, got 65", id="too long"),
    ],
)
def test_refuses_what_is_not_of_the_format(message: bytes, complaint: str) -> None:
    with pytest.raises(MalformedMessage, match=complaint):
        decode_predictions(message)


@given(st.binary(max_size=200))
def test_refuses_any_garbage_by_its_own_error(garbage: bytes) -> None:
    with pytest.raises(MalformedMessage):
        decode_predictions(garbage)


@given(st.integers(0, 63), st.integers(0, 255))
def test_takes_a_changed_byte_as_another_message_or_refuses_it(place: int, value: int) -> None:
    changed = bytearray(_message())
    changed[place] = value
    try:
        number, batch = decode_predictions(bytes(changed))
    except MalformedMessage:
        return
    assert encode_predictions(batch, number=number) == changed
