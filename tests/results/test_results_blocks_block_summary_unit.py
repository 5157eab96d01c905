"""results.blocks.BlockSummary and summary_of."""

import numpy as np
import pytest

from results.blocks import BLOCK_FRAMES, BlockSummary, Criteria, pack, summary_of


def _summary() -> BlockSummary:
    sequences = np.arange(BLOCK_FRAMES, BLOCK_FRAMES + 4, dtype=np.uint64)
    confidences = np.array([0.5, 0.25, 1, 0.75], dtype=np.float32)
    return summary_of(1, pack(sequences, np.array([2, 2, 3, 2]), [2, 2, None, 5], confidences))


def test_counts_each_pair_of_label_and_class() -> None:
    summary = _summary()
    assert summary.first == BLOCK_FRAMES
    assert sorted(summary.tally, key=str) == sorted([(2, 2, 2), (None, 3, 1), (5, 2, 1)], key=str)
    assert (summary.confidence_min, summary.confidence_max) == (0.25, 1)


@pytest.mark.parametrize(
    ("criteria", "may"),
    [
        pytest.param(Criteria(), True, id="all"),
        pytest.param(Criteria(class_id=3), True, id="a class that occurs"),
        pytest.param(Criteria(class_id=4), False, id="a class that does not"),
        pytest.param(Criteria(class_id=3, right=False), False, id="no label, neither"),
        pytest.param(Criteria(right=False, label=5), True, id="wrong"),
        pytest.param(Criteria(confidence_max=0.2), False, id="less sure than any"),
        pytest.param(Criteria(confidence_max=0.25), True, id="the bound is included"),
        pytest.param(Criteria(confidence_min=1), True, id="the other bound as well"),
    ],
)
def test_says_whether_anything_in_it_may_fit(criteria: Criteria, may: bool) -> None:
    assert _summary().may_hold(criteria) is may
