"""The samples of a stream, chosen as it passes."""

import numpy as np
import pytest

from analysis.recording import SampleKeeper
from results.samples import choose_samples
from tests.analysis.live_fakes import result_chunk


@pytest.mark.parametrize("step", [1, 7, 64, 500])
@pytest.mark.parametrize("seed", [0, 1, 12345])
def test_chooses_the_same_as_from_all_frames_at_once(step: int, seed: int) -> None:
    keeper = SampleKeeper(seed=seed)
    for first in range(0, 500, step):
        keeper.offer(result_chunk(first, min(step, 500 - first)))
    everything = result_chunk(0, 500)
    class_ids = everything.probabilities.argmax(axis=1)
    confidences = everything.probabilities.max(axis=1)
    expected = choose_samples(everything.sequences, class_ids, confidences, seed=seed)
    assert [sample.sequence for sample in keeper.samples] == expected


def test_covers_every_predicted_class() -> None:
    keeper = SampleKeeper(seed=3, count=3)
    keeper.offer(result_chunk(0, 200))
    assert {sample.class_id for sample in keeper.samples} == {0, 1, 2}


def test_keeps_a_copy_of_each_picture_with_its_result() -> None:
    keeper = SampleKeeper(seed=0)
    keeper.offer(result_chunk(0, 50))
    assert len(keeper.samples) == 10
    for sample in keeper.samples:
        assert sample.image.base is None
        assert sample.image[0, 0] == sample.sequence
        assert sample.class_id == sample.sequence % 3
        assert sample.confidence == pytest.approx(0.8)


def test_is_empty_where_nothing_was_offered() -> None:
    keeper = SampleKeeper(seed=0)
    keeper.offer(result_chunk(0, 5)[:0])
    assert not keeper.samples


def test_takes_fewer_frames_than_samples() -> None:
    keeper = SampleKeeper(seed=0)
    keeper.offer(result_chunk(0, 2))
    assert sorted(sample.sequence for sample in keeper.samples) == [0, 1]
    assert np.unique([sample.sequence for sample in keeper.samples]).size == 2
