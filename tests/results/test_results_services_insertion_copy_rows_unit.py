"""results.services.insertion.copy_rows."""

import struct
from uuid import UUID

import numpy as np
import pytest

from results.services.insertion import NewPredictions, Rows, copy_rows
from tests.results.conftest import make_batch

SESSION = UUID(int=0x1234567890ABCDEF)


@pytest.mark.parametrize("labels", [None, np.array([3, 250], dtype=np.uint8)])
def test_is_what_postgresql_documents(labels: np.typing.NDArray[np.uint8] | None) -> None:
    batch = make_batch(2, start=70_000)
    expected = b""
    for index in range(2):
        fields = [
            SESSION.bytes,
            struct.pack(">q", 70_000 + index),
            struct.pack(">h", batch.class_ids[index]),
            struct.pack(">d", batch.confidences[index]),
            batch.probabilities[index].tobytes(),
            struct.pack(">d", batch.latencies_ms[index]),
        ]
        expected += struct.pack(">h", 7)
        for field in fields:
            expected += struct.pack(">i", len(field)) + field
        if labels is None:
            expected += struct.pack(">i", -1)
        else:
            expected += struct.pack(">ih", 2, labels[index])
    assert copy_rows(Rows.of([NewPredictions(SESSION, batch, labels)])) == expected
