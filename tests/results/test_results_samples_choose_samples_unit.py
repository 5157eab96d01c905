"""Which frames a report shows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.samples import choose_samples


def _chosen(
    sequences: list[int], class_ids: list[int], count: int = 10, seed: int = 1
) -> list[int]:
    """The sequences chosen, all confidences being 1."""
    indices = choose_samples(
        np.array(sequences, dtype=np.uint64),
        np.array(class_ids, dtype=np.int64),
        np.ones(len(sequences), dtype=np.float32),
        count=count,
        seed=seed,
    )
    return [sequences[index] for index in indices]


def test_covers_every_predicted_class_first() -> None:
    class_ids = [0] * 500 + [3] + [0] * 400 + [7] + [1] * 50
    chosen = _chosen(list(range(952)), class_ids)
    assert len(chosen) == len(set(chosen)) == 10
    assert [class_ids[sequence] for sequence in chosen[:4]] == [0, 1, 3, 7]


def test_of_more_classes_than_asked_for_takes_some() -> None:
    chosen = _chosen(list(range(100)), list(range(100)), count=10)
    assert len(set(chosen)) == 10
    assert chosen == sorted(chosen)


@pytest.mark.parametrize("frames", [0, 1, 4])
def test_takes_all_of_few(frames: int) -> None:
    assert sorted(_chosen(list(range(frames)), [0] * frames)) == list(range(frames))


def test_another_seed_chooses_others() -> None:
    sequences = list(range(1000))
    chosen = {tuple(_chosen(sequences, [0] * 1000, seed=seed)) for seed in range(-5, 5)}
    assert len(chosen) == 10


def test_is_spread_over_the_stream() -> None:
    halves = [
        sum(sequence < 500 for sequence in _chosen(list(range(1000)), [0] * 1000, seed=seed))
        for seed in range(200)
    ]
    assert 4.6 < np.mean(halves) < 5.4


def test_frames_without_a_finite_confidence_are_never_chosen() -> None:
    confidences = np.array([np.nan, 1, np.inf], dtype=np.float32)
    chosen = choose_samples(
        np.arange(3, dtype=np.uint64), np.array([0, 1, 2]), confidences, count=10, seed=0
    )
    assert chosen == [1]


_STREAM = st.lists(st.integers(0, 14), max_size=60)


@given(class_ids=_STREAM, seed=st.integers(0, 5), data=st.data())
def test_does_not_depend_on_the_order(class_ids: list[int], seed: int, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(class_ids))))
    shuffled = [class_ids[index] for index in order]
    straight = _chosen(list(range(len(class_ids))), class_ids, seed=seed)
    assert _chosen(list(order), shuffled, seed=seed) == straight


@given(class_ids=_STREAM, seed=st.integers(0, 5), count=st.integers(1, 12), data=st.data())
def test_choosing_along_the_way_gives_the_same(
    class_ids: list[int], seed: int, count: int, data: st.DataObject
) -> None:
    kept: list[int] = []
    arrived = 0
    while arrived < len(class_ids):
        following = data.draw(st.integers(arrived + 1, len(class_ids)))
        candidates = kept + list(range(arrived, following))
        kept = _chosen(candidates, [class_ids[one] for one in candidates], count, seed)
        arrived = following
    assert kept == _chosen(list(range(len(class_ids))), class_ids, count, seed)
