"""streaming.predictions.encode_predictions."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from results.batches import PredictionBatch
from streaming.predictions import decode_predictions, encode_predictions


@given(st.data(), st.integers(1, 20), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_is_undone_by_decoding(data: st.DataObject, count: int, classes: int, number: int) -> None:
    batch = PredictionBatch(
        sequences=data.draw(arrays(np.uint64, count)),
        probabilities=data.draw(arrays(np.float32, (count, classes))),
        latencies_ms=data.draw(arrays(np.float32, count)),
    )
    got_number, got = decode_predictions(encode_predictions(batch, number=number))
    assert got_number == number
    # Compared as bytes, since NaN is not equal to itself.
    assert got.sequences.tobytes() == batch.sequences.tobytes()
    assert got.probabilities.tobytes() == batch.probabilities.tobytes()
    assert got.latencies_ms.tobytes() == batch.latencies_ms.tobytes()
    assert got.probabilities.shape == (count, classes)


def test_lays_out_the_bytes_as_documented() -> None:
    batch = PredictionBatch(
        sequences=np.array([5, 6], np.uint64),
        probabilities=np.array([[0.25, 0.75], [1, 0]], np.float32),
        latencies_ms=np.array([1.5, 2.5], np.float32),
    )
    assert encode_predictions(batch, number=9) == struct.pack(
        "<4sBBHII2Q2f4f", b"FSPR", 1, 0, 2, 2, 9, 5, 6, 1.5, 2.5, 0.25, 0.75, 1, 0
    )


@pytest.mark.parametrize(
    ("count", "classes"),
    [
        pytest.param(0, 10, id="none"),
        pytest.param(4097, 1, id="too many"),
        pytest.param(1, 0, id="no class"),
        pytest.param(1, 4097, id="too many classes"),
    ],
)
def test_refuses_what_a_message_cannot_carry(count: int, classes: int) -> None:
    batch = PredictionBatch(
        sequences=np.zeros(count, np.uint64),
        probabilities=np.zeros((count, classes), np.float32),
        latencies_ms=np.zeros(count, np.float32),
    )
    with pytest.raises(ValueError, match=f"got {count} of {classes}"):
        encode_predictions(batch, number=0)
