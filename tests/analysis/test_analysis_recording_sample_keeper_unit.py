"""The samples of a stream, chosen as it passes."""

import numpy as np
import pytest

from analysis.chunks import ResultChunk
from analysis.recording import Sample, SampleKeeper
from results.samples import choose_samples
from tests.analysis.live_fakes import Images, pictures, result_chunk


def _offer(keeper: SampleKeeper, chunk: ResultChunk, *, pictured: bool = True) -> None:
    keeper.offer(
        chunk.sequences,
        chunk.probabilities.argmax(axis=1),
        chunk.probabilities.max(axis=1, initial=0),
        chunk.images if pictured else None,
    )


def _nobody_has(sequence: int) -> Images:
    raise AssertionError(f"the picture of frame {sequence} was offered")


def _samples(keeper: SampleKeeper) -> list[Sample]:
    return keeper.samples(_nobody_has)


@pytest.mark.parametrize("step", [1, 7, 64, 500])
@pytest.mark.parametrize("seed", [0, 1, 12345])
@pytest.mark.parametrize("count", [2, 3, 10])
def test_chooses_the_same_as_from_all_frames_at_once(step: int, seed: int, count: int) -> None:
    keeper = SampleKeeper(seed=seed, count=count)
    for first in range(0, 500, step):
        _offer(keeper, result_chunk(first, min(step, 500 - first)))
    everything = result_chunk(0, 500)
    class_ids = everything.probabilities.argmax(axis=1)
    confidences = everything.probabilities.max(axis=1)
    expected = choose_samples(everything.sequences, class_ids, confidences, count=count, seed=seed)
    assert [sample.sequence for sample in _samples(keeper)] == expected


@pytest.mark.parametrize("seed", range(5))
def test_finds_a_class_that_comes_late(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sequences = np.arange(3000, dtype=np.uint64)
    # More classes than places in the end, the rare ones after thousands of the others.
    class_ids = np.minimum(rng.geometric(0.5, 3000) - 1, 14).astype(np.int64)
    confidences = np.full(3000, 0.5, dtype=np.float32)
    keeper = SampleKeeper(seed=seed)
    for first in range(0, 3000, 100):
        part = slice(first, first + 100)
        keeper.offer(sequences[part], class_ids[part], confidences[part], pictures(100))
    expected = choose_samples(sequences, class_ids, confidences, seed=seed)
    assert [sample.sequence for sample in _samples(keeper)] == expected


def test_covers_every_predicted_class() -> None:
    keeper = SampleKeeper(seed=3, count=3)
    _offer(keeper, result_chunk(0, 200))
    assert {sample.class_id for sample in _samples(keeper)} == {0, 1, 2}


def test_keeps_a_copy_of_each_picture_with_its_result() -> None:
    keeper = SampleKeeper(seed=0)
    _offer(keeper, result_chunk(0, 50))
    samples = _samples(keeper)
    assert len(samples) == 10
    for sample in samples:
        assert sample.image.base is None
        assert sample.image[0, 0] == sample.sequence
        assert sample.class_id == sample.sequence % 3
        assert sample.confidence == pytest.approx(0.8)


def test_is_empty_where_nothing_was_offered() -> None:
    keeper = SampleKeeper(seed=0)
    _offer(keeper, result_chunk(0, 5)[:0])
    assert not _samples(keeper)


def test_takes_fewer_frames_than_samples() -> None:
    keeper = SampleKeeper(seed=0)
    _offer(keeper, result_chunk(0, 2))
    assert sorted(sample.sequence for sample in _samples(keeper)) == [0, 1]


@pytest.mark.parametrize("elsewhere", [0, 1, 5, 250, 499, 500])
def test_fetches_the_pictures_of_frames_that_were_offered_without_one(elsewhere: int) -> None:
    chunk = result_chunk(0, 500)
    everything, keeper = SampleKeeper(seed=7), SampleKeeper(seed=7)
    _offer(everything, chunk)
    _offer(keeper, chunk[:elsewhere], pictured=False)
    _offer(keeper, chunk[elsewhere:])
    fetched: list[int] = []

    def fetch(sequence: int) -> Images:
        fetched.append(sequence)
        picture: Images = pictures(1, first=sequence)[0]
        return picture

    complete = keeper.samples(fetch)
    assert [_seen(one) for one in complete] == [_seen(one) for one in _samples(everything)]
    assert fetched == [one.sequence for one in complete if one.sequence < elsewhere]


def _seen(sample: Sample) -> tuple[int, int, float, bytes]:
    return sample.sequence, sample.class_id, sample.confidence, sample.image.tobytes()
