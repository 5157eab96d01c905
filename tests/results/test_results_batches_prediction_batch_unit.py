"""A batch of predictions as arrays."""

import numpy as np

from results.batches import PredictionBatch


def _batch(probabilities: list[list[float]]) -> PredictionBatch:
    return PredictionBatch(
        sequences=np.arange(len(probabilities), dtype=np.uint64),
        probabilities=np.array(probabilities, dtype=np.float32).reshape(-1, 3),
        latencies_ms=np.ones(len(probabilities), dtype=np.float32),
    )


def test_knows_the_most_probable_class_and_its_probability() -> None:
    batch = _batch([[0.25, 0.5, 0.25], [0.75, 0.125, 0.125]])
    assert len(batch) == 2
    assert batch.class_ids.tolist() == [1, 0]
    assert batch.confidences.tolist() == [0.5, 0.75]


def test_takes_the_first_of_equals() -> None:
    assert _batch([[0.5, 0.5, 0.0]]).class_ids.tolist() == [0]


def test_can_be_empty() -> None:
    batch = _batch([])
    assert len(batch) == 0
    assert batch.class_ids.tolist() == []
    assert batch.confidences.tolist() == []
