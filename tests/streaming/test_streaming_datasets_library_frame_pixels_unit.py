"""streaming.datasets.library.frame_pixels."""

from pathlib import Path

import numpy as np
import pytest

from streaming.datasets.library import frame_pixels, open_dataset
from streaming.errors import DatasetError
from tests.streaming.dataset_files import make_dataset, make_images


@pytest.mark.parametrize("channels", [1, 3])
def test_gives_one_frame(tmp_path: Path, channels: int) -> None:
    header = make_dataset(tmp_path / "file", channels=channels)
    sha256 = open_dataset(tmp_path / "file").sha256
    frame = frame_pixels(str(tmp_path / "file"), sha256, 7)
    assert frame.shape == header.frame_shape
    assert np.array_equal(frame, make_images(header)[7])


def test_says_that_the_file_is_gone(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="there is no dataset .*/file: No such file"):
        frame_pixels(str(tmp_path / "file"), "0" * 64, 0)


def test_says_that_the_file_is_another_one_now(tmp_path: Path) -> None:
    make_dataset(tmp_path / "file")
    with pytest.raises(DatasetError, match=f"is another file now: expected SHA-256 {'0' * 64}"):
        frame_pixels(str(tmp_path / "file"), "0" * 64, 0)


def test_says_that_there_is_no_such_frame(tmp_path: Path) -> None:
    make_dataset(tmp_path / "file")
    sha256 = open_dataset(tmp_path / "file").sha256
    with pytest.raises(DatasetError, match="has the frames 0 to 9; asked for 1 from 10"):
        frame_pixels(str(tmp_path / "file"), sha256, 10)
