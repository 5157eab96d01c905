"""results.batches.are_sound."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from results.batches import MAX_BATCH_ROWS, PredictionBatch, are_sound
from tests.results.conftest import make_batch


def test_lets_pass_what_is_right_however_much_it_is_together() -> None:
    batches = [make_batch(MAX_BATCH_ROWS), make_batch(MAX_BATCH_ROWS), make_batch(0)]
    assert are_sound(batches, class_count=10)
    assert are_sound([], class_count=10)


def _of_nine_classes() -> PredictionBatch:
    return make_batch(2, classes=9)


def _infinite() -> PredictionBatch:
    batch = make_batch(3)
    probabilities = batch.probabilities.copy()
    probabilities[1, :2] = np.inf, -np.inf
    return replace(batch, probabilities=probabilities)


def _never() -> PredictionBatch:
    return replace(make_batch(2), latencies_ms=np.array([1, np.nan], dtype=np.float32))


@pytest.mark.parametrize(
    "make_wrong",
    [
        pytest.param(lambda: make_batch(MAX_BATCH_ROWS + 1), id="too large"),
        pytest.param(_of_nine_classes, id="other classes"),
        pytest.param(_infinite, id="infinite"),
        pytest.param(_never, id="no latency"),
    ],
)
def test_one_that_is_wrong_is_found_among_others(make_wrong: Callable[[], PredictionBatch]) -> None:
    batches = [make_batch(3), make_wrong(), make_batch(2)]
    assert not are_sound(batches, class_count=10)
