"""The validation part has each class in proportion, and the seed decides which pictures."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from analysis.errors import TrainingError
from analysis.training.data import stratified_split

EVEN = np.arange(6_000, dtype=np.int64) % 10


def test_keeps_back_as_many_of_each_class() -> None:
    training, validation = stratified_split(EVEN, validation_count=500, seed=1)
    assert np.bincount(EVEN[validation]).tolist() == [50] * 10
    assert np.bincount(EVEN[training]).tolist() == [550] * 10


def test_gives_the_same_for_the_same_seed_only() -> None:
    first, again, other = (
        stratified_split(EVEN, validation_count=500, seed=seed)[1] for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@given(
    labels=hnp.arrays(np.int64, st.integers(2, 60), elements=st.integers(0, 4)),
    share=st.floats(0.01, 0.99),
)
def test_shares_out_every_picture_once(labels: npt.NDArray[np.int64], share: float) -> None:
    count = min(max(1, int(share * len(labels))), len(labels) - 1)
    training, validation = stratified_split(labels, validation_count=count, seed=0)
    assert len(validation) == count
    assert sorted([*training, *validation]) == list(range(len(labels)))
    exact = np.bincount(labels) * count / len(labels)
    kept = np.bincount(labels[validation], minlength=len(exact))
    assert (np.abs(kept - exact) < 1).all()


@pytest.mark.parametrize("count", [-1, 0, 6_000, 7_000])
def test_refuses_to_leave_a_part_empty(count: int) -> None:
    with pytest.raises(TrainingError, match=f"expected 1 to 5999, got {count}"):
        stratified_split(EVEN, validation_count=count, seed=0)
