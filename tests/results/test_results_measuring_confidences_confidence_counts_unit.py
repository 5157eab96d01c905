"""results.measuring.confidences.ConfidenceCounts: frames by confidence, counted finely."""

import json

import numpy as np
import pytest

from results.measuring.confidences import STEPS, ConfidenceCounts
from results.running_summary import RunningSummary

RNG = np.random.default_rng(5)
CONFIDENCES = RNG.beta(4, 1, 2000).astype(np.float32)
CLASS_IDS = RNG.integers(0, 4, 2000)
LABELS = RNG.integers(-1, 4, 2000)


def _counted(part: slice = slice(None)) -> ConfidenceCounts:
    counts = ConfidenceCounts()
    counts.add(CONFIDENCES[part], CLASS_IDS[part], LABELS[part])
    return counts


def test_counts_all_the_labelled_and_the_right() -> None:
    counts = _counted()
    assert len(counts) == 2000
    assert counts.labelled.sum() == (LABELS >= 0).sum()
    assert counts.right.sum() == ((LABELS >= 0) & (CLASS_IDS == LABELS)).sum()
    assert counts.sums.sum() == pytest.approx(CONFIDENCES[LABELS >= 0].sum(dtype=np.float64))


def test_what_was_counted_in_parts_and_kept_as_json_is_the_same() -> None:
    kept = json.loads(json.dumps(_counted(slice(0, 700)).cells()))
    rest = ConfidenceCounts(kept)
    rest.add_cells(_counted(slice(700, 2000)).cells())
    whole = _counted()
    assert [cell[:4] for cell in rest.cells()] == [cell[:4] for cell in whole.cells()]
    assert rest.sums == pytest.approx(whole.sums, abs=1e-5)


def test_its_histogram_is_that_of_a_report() -> None:
    summary = RunningSummary(4)
    summary.add(CLASS_IDS, CONFIDENCES, np.ones(2000, dtype=np.float32))
    expected = summary.as_dict("abcd")["confidence_histogram"]["counts"]
    assert _counted().histogram(20) == expected


@pytest.mark.parametrize(
    ("confidence", "step"),
    [
        pytest.param(0.0, 0, id="nothing"),
        pytest.param(0.29, 87, id="a hundredth"),
        pytest.param(0.9999, 299, id="nearly one"),
        pytest.param(1.0, 300, id="one"),
        pytest.param(1.0005, 300, id="a little more than one"),
    ],
)
def test_a_frame_belongs_to_the_highest_step_that_it_reaches(confidence: float, step: int) -> None:
    for kind in (np.float32, np.float64):
        counts = ConfidenceCounts()
        counts.add(np.array([confidence], dtype=kind), np.array([0]), np.array([0]))
        assert [cell[:4] for cell in counts.cells()] == [(step, 1, 1, 1)]


def test_every_hundredth_is_on_a_step_of_its_own_as_32_bits_too() -> None:
    counts = ConfidenceCounts()
    hundredths = np.arange(101, dtype=np.float32) / np.float32(100)
    counts.add(hundredths, np.zeros(101, dtype=np.int64), np.full(101, -1))
    assert np.flatnonzero(counts.frames).tolist() == list(range(0, STEPS + 1, 3))


def test_bins_that_cut_a_step_are_refused() -> None:
    with pytest.raises(ValueError, match="300 steps cannot be put into 7 equal bins"):
        _counted().histogram(7)
