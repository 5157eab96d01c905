"""results.measuring.calibration.calibration_of, held against the evaluation's own."""

import numpy as np
import pytest

from analysis.evaluation.metrics import expected_calibration_error
from results.measuring.calibration import BINS, calibration_of
from results.measuring.confidences import ConfidenceCounts


def _probabilities(count: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    logits = np.random.default_rng(1).normal(0, 2, (count, 5))
    exponentials = np.exp(logits)
    shares: np.ndarray[tuple[int, int], np.dtype[np.float32]] = (
        exponentials / exponentials.sum(axis=1, keepdims=True)
    ).astype(np.float32)
    return shares


def test_the_error_is_that_of_an_evaluation() -> None:
    probabilities = _probabilities(3000)
    labels = np.random.default_rng(2).integers(0, 5, 3000)
    counts = ConfidenceCounts()
    counts.add(probabilities.max(axis=1), probabilities.argmax(axis=1), labels)
    found = calibration_of(counts)
    assert found.expected_error == pytest.approx(
        expected_calibration_error(probabilities, labels), abs=1e-6
    )
    right = (probabilities.argmax(axis=1) == labels).mean()
    assert found.overconfidence == pytest.approx(
        probabilities.max(axis=1).astype(np.float64).mean() - right, abs=1e-6
    )
    assert sum(one.frames for one in found.bins) == found.labelled == 3000


def test_leaves_out_frames_without_a_label() -> None:
    counts = ConfidenceCounts()
    counts.add(np.array([0.9, 0.9, 0.7]), np.array([1, 1, 1]), np.array([1, -1, 0]))
    found = calibration_of(counts)
    of_frames = [one for one in found.bins if one.frames]
    assert [(one.frames, one.accuracy) for one in of_frames] == [(1, 0.0), (1, 1.0)]
    assert [one.confidence for one in of_frames] == pytest.approx([0.7, 0.9])
    assert found.expected_error == pytest.approx((0.7 + 0.1) / 2)
    assert found.overconfidence == pytest.approx(0.3)


def test_without_labels_there_is_nothing_to_say() -> None:
    counts = ConfidenceCounts()
    counts.add(np.array([0.5]), np.array([0]), np.array([-1]))
    found = calibration_of(counts)
    assert (found.labelled, found.expected_error, found.overconfidence) == (0, None, None)
    assert len(found.bins) == BINS
    assert all(one.accuracy is None and one.confidence is None for one in found.bins)
