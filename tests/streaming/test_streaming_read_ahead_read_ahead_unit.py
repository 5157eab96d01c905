"""streaming.read_ahead.ReadAhead."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from streaming.datasets.pickles import DatasetReader
from streaming.errors import DatasetIndexError
from streaming.read_ahead import ReadAhead
from tests.streaming.dataset_files import HEADER, make_dataset, make_images


class _Counting:
    """A dataset that remembers how it was asked."""

    def __init__(self, dataset: DatasetReader, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[tuple[int, int]] = []
        read = dataset.read

        def noted(first: int, count: int) -> NDArray[np.uint8]:
            self.asked.append((first, count))
            return read(first, count)

        monkeypatch.setattr(dataset, "read", noted)


@pytest.fixture(name="dataset")
def fixture_dataset(tmp_path: Path) -> DatasetReader:
    """A dataset on disk."""
    make_dataset(tmp_path / "frames.pickle")
    return DatasetReader.open(tmp_path / "frames.pickle")


def test_gives_every_frame_and_asks_once_for_many(
    dataset: DatasetReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting = _Counting(dataset, monkeypatch)
    frames = ReadAhead(dataset, ahead_bytes=4 * HEADER.frame_bytes)
    images = make_images(HEADER)
    for sequence in range(HEADER.count):
        assert np.array_equal(frames.read(sequence, 1), images[sequence : sequence + 1])
    assert len(counting.asked) == -(-HEADER.count // 4)
    assert sum(count for _, count in counting.asked) == HEADER.count


def test_what_is_many_already_is_read_as_it_is_asked_for(
    dataset: DatasetReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting = _Counting(dataset, monkeypatch)
    frames = ReadAhead(dataset, ahead_bytes=3 * HEADER.frame_bytes)
    assert np.array_equal(frames.read(1, 3), make_images(HEADER)[1:4])
    assert counting.asked == [(1, 3)]


def test_reads_one_frame_where_a_frame_is_large(
    dataset: DatasetReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting = _Counting(dataset, monkeypatch)
    frames = ReadAhead(dataset, ahead_bytes=1)
    for sequence in (0, 1):
        frames.read(sequence, 1)
    assert counting.asked == [(0, 1), (1, 1)]


def test_goes_back_and_on_and_never_beyond_the_end(dataset: DatasetReader) -> None:
    frames = ReadAhead(dataset, ahead_bytes=4 * HEADER.frame_bytes)
    images = make_images(HEADER)
    last = HEADER.count - 1
    for first, count in ((2, 1), (0, 2), (last, 1), (1, 2)):
        assert np.array_equal(frames.read(first, count), images[first : first + count])
    with pytest.raises(DatasetIndexError):
        frames.read(last, 2)
