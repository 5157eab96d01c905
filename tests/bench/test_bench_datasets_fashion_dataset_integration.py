"""Fashion-MNIST as a dataset pickle, by the project's own command."""

from pathlib import Path

import pytest

from bench.datasets import CLASS_NAMES, DatasetNotMade, fashion_dataset
from streaming.datasets.library import open_dataset


def test_has_as_many_frames_as_asked_for(tmp_path: Path) -> None:
    header = open_dataset(fashion_dataset(tmp_path, 20)).header
    assert (header.count, header.split, header.class_names) == (20, "train", CLASS_NAMES)


def test_says_why_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(DatasetNotMade, match="count"):
        fashion_dataset(tmp_path, 0)
