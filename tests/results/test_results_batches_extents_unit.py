"""results.batches.extents."""

import numpy as np
import pytest

from results.batches import Extent, PredictionBatch, extents


def _batch(*sequences: int) -> PredictionBatch:
    count = len(sequences)
    return PredictionBatch(
        sequences=np.array(sequences, dtype=np.uint64),
        probabilities=np.full((count, 2), 0.5, dtype=np.float32),
        latencies_ms=np.zeros(count, dtype=np.float32),
    )


@pytest.mark.parametrize(
    ("sequences", "extent"),
    [
        pytest.param((7,), Extent(7, 7, True), id="one"),
        pytest.param((3, 4, 9), Extent(3, 9, True), id="ascending"),
        pytest.param((3, 3), Extent(3, 3, False), id="twice"),
        pytest.param((5, 4), Extent(4, 5, False), id="falling"),
        pytest.param((0, 2**64 - 1), Extent(0, 2**64 - 1, True), id="far apart"),
    ],
)
def test_says_which_sequences_there_are(sequences: tuple[int, ...], extent: Extent) -> None:
    assert extents([_batch(*sequences)]) == [extent]


def test_no_batch_is_judged_by_the_one_before_it() -> None:
    batches = [_batch(5, 6), _batch(1), _batch(2, 1), _batch(0, 9)]
    assert [each.is_ascending for each in extents(batches)] == [True, True, False, True]


def test_of_none_there_are_none() -> None:
    assert extents([]) == []
