"""Confidences are counted in the bins that a session's summary has."""

import numpy as np

from analysis.evaluation.metrics import confidence_counts
from results.batches import PredictionBatch
from results.summary import summarise


def test_counts_as_a_sessions_summary_does() -> None:
    rng = np.random.default_rng(3)
    probabilities = rng.dirichlet([0.3] * 4, size=500).astype(np.float32)
    batch = PredictionBatch(
        sequences=np.arange(500, dtype=np.uint64),
        probabilities=probabilities,
        latencies_ms=np.zeros(500, dtype=np.float32),
    )
    expected = summarise(batch, ["a", "b", "c", "d"])["confidence_histogram"]["counts"]
    assert list(confidence_counts(probabilities)) == expected


def test_puts_the_upper_edge_into_the_last_bin_and_others_into_the_bin_above() -> None:
    probabilities = np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0005]])
    counts = confidence_counts(probabilities)
    assert len(counts) == 20 and counts[19] == 2 and counts[10] == 1 and sum(counts) == 3


def test_counts_nothing_where_there_is_nothing() -> None:
    assert confidence_counts(np.zeros((0, 3))) == (0,) * 20
