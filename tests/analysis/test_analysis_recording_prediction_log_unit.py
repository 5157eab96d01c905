"""Every prediction in growing arrays."""

import numpy as np

from analysis.recording import PredictionLog
from tests.analysis.live_fakes import result_chunk


def test_is_empty_at_first() -> None:
    batch = PredictionLog(3).part()
    assert len(batch) == 0
    assert batch.probabilities.shape == (0, 3)


def test_keeps_every_prediction_while_it_grows() -> None:
    log = PredictionLog(3)
    for first in range(0, 5000, 7):
        log.append(result_chunk(first, 7, latency_ms=float(first)))
    batch = log.part()
    assert len(log) == len(batch) == 5005
    np.testing.assert_array_equal(batch.sequences, np.arange(5005))
    np.testing.assert_array_equal(batch.class_ids, np.arange(5005) % 256 % 3)
    assert batch.latencies_ms[-1] == 4998.0


def test_grows_to_a_chunk_that_is_larger_than_twice_itself() -> None:
    log = PredictionLog(3)
    log.append(result_chunk(0, 4000))
    assert log.part().sequences.tolist() == list(range(4000))


def test_gives_a_part_as_views() -> None:
    log = PredictionLog(3)
    log.append(result_chunk(0, 10))
    part = log.part(4, 7)
    assert part.sequences.tolist() == [4, 5, 6]
    assert part.probabilities.base is not None
    assert log.part(8, 99).sequences.tolist() == [8, 9]
