"""What a report needs of a stream, taken from it as it passes."""

import numpy as np
import pytest

from analysis.recording import Recording
from results.batches import PredictionBatch
from results.summary import compare, summarise
from tests.analysis.live_fakes import Images, pictures, result_chunk

CLASS_NAMES = ("dark", "left", "right")


def _nobody_has(sequence: int) -> Images:
    raise AssertionError(f"the picture of frame {sequence} was offered")


def _batch(first: int, count: int) -> PredictionBatch:
    chunk = result_chunk(first, count)
    return PredictionBatch(chunk.sequences, chunk.probabilities, chunk.latencies_ms)


def test_sums_up_what_came_and_what_another_process_did() -> None:
    recording = Recording(3, sample_seed=0)
    recording.add(_batch(0, 300))
    for first in range(300, 1000, 70):
        recording.add(result_chunk(first, 70))
    assert len(recording) == 1000
    expected = summarise(_batch(0, 1000), CLASS_NAMES)
    assert not compare(recording.summary(CLASS_NAMES), expected)


def test_has_the_same_samples_wherever_the_predictions_were_made() -> None:
    here, resumed = Recording(3, sample_seed=5), Recording(3, sample_seed=5)
    here.add(result_chunk(0, 400))
    resumed.add(_batch(0, 399))
    resumed.add(result_chunk(399, 1))
    samples = here.samples(_nobody_has)
    fetched = resumed.samples(lambda sequence: pictures(1, first=sequence)[0])
    assert len(samples) == 10
    for one, other in zip(samples, fetched, strict=True):
        assert (one.sequence, one.class_id) == (other.sequence, other.class_id)
        np.testing.assert_array_equal(one.image, other.image)


def test_takes_nothing_from_an_empty_chunk() -> None:
    recording = Recording(3, sample_seed=0)
    recording.add(result_chunk(0, 5)[:0])
    assert len(recording) == 0
    assert recording.summary(CLASS_NAMES)["latency_ms"] is None
    assert not recording.samples(_nobody_has)


def test_keeps_no_more_of_a_long_stream_than_of_a_short_one() -> None:
    tracemalloc = pytest.importorskip("tracemalloc")
    recording = Recording(3, sample_seed=0)
    chunk = result_chunk(0, 1000)
    recording.add(chunk)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(50):
            recording.add(chunk)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 50_000  # 50,000 predictions of 52 bytes would be 2.6 MB
