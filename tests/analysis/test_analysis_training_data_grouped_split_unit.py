"""A split by groups: every picture once, no group on two sides, each class shared out."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analysis.training.data import grouped_split


@given(
    groups=st.lists(st.integers(0, 30), min_size=1, max_size=80),
    classes=st.integers(1, 4),
    seed=st.integers(0, 10),
)
def test_gives_every_picture_once_and_no_group_to_two(
    groups: list[int], classes: int, seed: int
) -> None:
    of_group = np.array(groups, dtype=np.int64)
    labels = np.arange(len(groups), dtype=np.int64) % classes
    parts = grouped_split(labels, of_group, shares=(0.2, 0.1), seed=seed)
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(groups)))
    members = [set(of_group[part].tolist()) for part in parts]
    assert sum(len(groups_of_part) for groups_of_part in members) == len(set(groups))


def test_takes_each_share_from_each_class() -> None:
    labels = np.repeat([0, 1, 2], [100, 50, 10]).astype(np.int64)
    parts = grouped_split(labels, np.arange(160), shares=(0.2, 0.1), seed=0)
    assert [np.bincount(labels[part]).tolist() for part in parts] == [
        [70, 35, 7],
        [20, 10, 2],
        [10, 5, 1],
    ]


def test_depends_on_the_seed_only() -> None:
    labels = np.zeros(50, dtype=np.int64)
    first, again, other = (
        grouped_split(labels, np.arange(50), shares=(0.2,), seed=seed)[1].tolist()
        for seed in (1, 1, 2)
    )
    assert first == again != other


def test_keeps_a_group_too_large_for_a_share_in_the_training_part() -> None:
    train, validation = grouped_split(
        np.zeros(10, np.int64), np.zeros(10, np.int64), shares=(0.5,), seed=0
    )
    assert len(train) == 10 and len(validation) == 0
