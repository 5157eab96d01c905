"""The summary of a stream as it passes is that of all its predictions at once."""

from dataclasses import replace

import numpy as np
import pytest

from results.batches import PredictionBatch
from results.running_summary import RunningSummary
from results.summary import SummaryDict, compare, summarise

NAMES = ["a", "b", "c", "d", "never"]


def _batch(count: int, *, seed: int = 0, sharpness: float = 3.0) -> PredictionBatch:
    rng = np.random.default_rng(seed)
    weights = rng.random((count, 5)) ** sharpness * [1, 1, 1, 1, 0]
    probabilities = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return PredictionBatch(
        sequences=rng.permutation(count).astype(np.uint64),
        probabilities=probabilities,
        latencies_ms=rng.integers(1, 400, count).astype(np.float32) / np.float32(16),
    )


def _running(batch: PredictionBatch, step: int) -> SummaryDict:
    summary = RunningSummary(5)
    class_ids, confidences = batch.class_ids, batch.confidences
    for first in range(0, len(batch), step):
        part = slice(first, first + step)
        summary.add(class_ids[part], confidences[part], batch.latencies_ms[part])
    assert len(summary) == len(batch)
    return summary.as_dict(NAMES)


@pytest.mark.parametrize("count", [1, 2, 3, 20, 21, 100, 1999])
@pytest.mark.parametrize("step", [1, 64, 5000])
def test_is_the_same_in_parts_as_at_once(count: int, step: int) -> None:
    batch = _batch(count)
    running, at_once = _running(batch, step), summarise(batch, NAMES)
    assert not compare(running, at_once, tolerance=1e-12)
    assert running["confidence_histogram"] == at_once["confidence_histogram"]
    assert running["latency_ms"] == pytest.approx(at_once["latency_ms"], rel=1e-12)


def test_counts_latencies_that_all_differ() -> None:
    batch = replace(
        _batch(20_000), latencies_ms=np.random.default_rng(1).random(20_000, dtype=np.float32)
    )
    expected = summarise(batch, NAMES)["latency_ms"]
    assert _running(batch, 900)["latency_ms"] == pytest.approx(expected, rel=1e-12)


def test_holds_for_confidences_that_hardly_differ() -> None:
    batch = _batch(50_000, sharpness=0.0)
    batch.probabilities[:] = [0.99999, 0.00001, 0, 0, 0]
    running, at_once = _running(batch, 37), summarise(batch, NAMES)
    assert running["classes"][0]["confidence_std"] == pytest.approx(0, abs=1e-9)
    assert not compare(running, at_once)


def test_puts_an_edge_where_the_summary_of_all_puts_it() -> None:
    # A softmax may pass 1 by rounding; both count it as 1.
    tops = np.array([0.25, 0.5, 0.96875, 1.0, np.nextafter(np.float32(1), np.float32(2))])
    probabilities = np.zeros((len(tops), 5), dtype=np.float32)
    probabilities[:, 0] = tops
    batch = PredictionBatch(
        np.arange(len(tops), dtype=np.uint64), probabilities, np.ones(len(tops), dtype=np.float32)
    )
    expected = summarise(batch, NAMES)["confidence_histogram"]
    assert _running(batch, 2)["confidence_histogram"] == expected
    assert expected["counts"][19] == 3


def test_has_nothing_to_say_of_nothing() -> None:
    assert RunningSummary(5).as_dict(NAMES) == summarise(_batch(0), NAMES)


def test_refuses_names_of_other_classes() -> None:
    with pytest.raises(ValueError, match="5 classes need a name each"):
        RunningSummary(5).as_dict(["a", "b"])
