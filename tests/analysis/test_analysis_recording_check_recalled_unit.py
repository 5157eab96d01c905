"""What a server may bring back of the predictions it stored."""

import numpy as np
import pytest

from analysis.recording import check_recalled
from results.batches import PredictionBatch
from streaming.errors import OutOfOrder


def _batch(*sequences: int, classes: int = 3) -> PredictionBatch:
    return PredictionBatch(
        sequences=np.array(sequences, dtype=np.uint64),
        probabilities=np.full((len(sequences), classes), 1 / classes, dtype=np.float32),
        latencies_ms=np.ones(len(sequences), dtype=np.float32),
    )


def test_lets_ascending_predictions_pass() -> None:
    check_recalled(_batch(4, 5, 9), first=4, classes=3)


@pytest.mark.parametrize(
    "sequences",
    [
        pytest.param((3, 4), id="before what was asked for"),
        pytest.param((4, 4), id="twice"),
        pytest.param((5, 4), id="descending"),
        pytest.param((2**64 - 1,), id="no sequence"),
    ],
)
def test_refuses_what_does_not_ascend(sequences: tuple[int, ...]) -> None:
    with pytest.raises(OutOfOrder, match="ascend from sequence 4 on"):
        check_recalled(_batch(*sequences), first=4, classes=3)


def test_refuses_predictions_of_another_classifier() -> None:
    with pytest.raises(OutOfOrder, match="has 3 classes, .* of 2"):
        check_recalled(_batch(4, classes=2), first=4, classes=3)
