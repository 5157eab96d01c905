"""The summary of a session, compared with numpy on plain lists."""

from dataclasses import replace

import numpy as np
import pytest

from results.batches import PredictionBatch
from results.summary import summarise
from tests.results.conftest import CLASS_NAMES, make_batch


def test_counts_and_spreads_by_predicted_class() -> None:
    batch = make_batch(200, seed=3)
    summary = summarise(batch, CLASS_NAMES)
    assert summary["frames"] == 200
    assert [one["class_name"] for one in summary["classes"]] == list(CLASS_NAMES)
    for one in summary["classes"]:
        of_class = [
            float(row.max()) for row in batch.probabilities if row.argmax() == one["class_id"]
        ]
        assert one["frames"] == len(of_class)
        assert one["confidence_mean"] == pytest.approx(np.mean(of_class))
        assert one["confidence_std"] == pytest.approx(np.std(of_class))


def test_classes_without_frames_have_no_confidence() -> None:
    summary = summarise(make_batch(3, class_ids=[1, 1, 1]), CLASS_NAMES)
    assert summary["classes"][0]["frames"] == 0
    assert summary["classes"][0]["confidence_mean"] is None
    assert summary["classes"][0]["confidence_std"] is None
    assert summary["classes"][1]["frames"] == 3


def test_percentiles_are_those_of_numpy() -> None:
    batch = make_batch(77, seed=4)
    latencies = batch.latencies_ms.astype(np.float64)
    assert summarise(batch, CLASS_NAMES)["latency_ms"] == {
        "p50": np.percentile(latencies, 50),
        "p95": np.percentile(latencies, 95),
        "p99": np.percentile(latencies, 99),
        "max": latencies.max(),
    }


def test_every_confidence_is_in_one_bin() -> None:
    confidences = np.array([0.5, 0.55, 0.99, 1.0, 1.0000001], dtype=np.float32)
    batch = PredictionBatch(
        sequences=np.arange(5, dtype=np.uint64),
        probabilities=np.stack([confidences, 1 - confidences], axis=1),
        latencies_ms=np.ones(5, dtype=np.float32),
    )
    histogram = summarise(batch, ["yes", "no"])["confidence_histogram"]
    assert histogram["edges"] == [index / 20 for index in range(21)]
    assert sum(histogram["counts"]) == 5
    assert histogram["counts"][10:12] == [1, 1]
    assert histogram["counts"][19] == 3


def test_does_not_depend_on_the_order() -> None:
    batch = make_batch(500, seed=5)
    order = np.random.default_rng(0).permutation(500)
    shuffled = PredictionBatch(
        sequences=batch.sequences[order],
        probabilities=batch.probabilities[order],
        latencies_ms=batch.latencies_ms[order],
    )
    assert summarise(shuffled, CLASS_NAMES) == summarise(batch, CLASS_NAMES)


def test_of_nothing_is_empty() -> None:
    summary = summarise(make_batch(0), CLASS_NAMES)
    assert summary["frames"] == 0
    assert summary["latency_ms"] is None
    assert sum(summary["confidence_histogram"]["counts"]) == 0
    assert all(one["confidence_mean"] is None for one in summary["classes"])


def test_refuses_another_number_of_classes() -> None:
    with pytest.raises(ValueError, match="5 frames of 2 classes"):
        summarise(replace(make_batch(5)), ["a", "b"])
