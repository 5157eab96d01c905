"""streaming.datasets.pickles.write_dataset."""

import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from streaming.datasets.pickles import Batch, write_dataset
from streaming.errors import DatasetError
from tests.streaming.dataset_files import HEADER, make_images, make_labels

IMAGES, LABELS = make_images(HEADER), make_labels(HEADER)


def _records(path: Path) -> list[Any]:
    records = []
    with path.open("rb") as file:
        while file.peek(1):
            records.append(pickle.load(file))
    return records


def test_writes_what_plain_pickle_can_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "dataset.pickle"
    write_dataset(path, HEADER, [(IMAGES, LABELS)])
    records = _records(path)
    assert len(records) == 2
    assert records[0]["count"] == 10
    assert records[1] == (0, IMAGES.tobytes(), LABELS.tobytes())
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("size", [1, 3, 4096, 5000, 10_000])
def test_writes_the_same_file_however_the_frames_are_batched(tmp_path: Path, size: int) -> None:
    header = replace(HEADER, count=10_000)
    images, labels = make_images(header), make_labels(header)
    write_dataset(tmp_path / "whole", header, [(images, labels)])
    batches = ((images[i : i + size], labels[i : i + size]) for i in range(0, 10_000, size))
    write_dataset(tmp_path / "parts", header, batches)
    assert (tmp_path / "parts").read_bytes() == (tmp_path / "whole").read_bytes()
    assert [chunk[0] for chunk in _records(tmp_path / "parts")[1:]] == [0, 4096, 8192]


def test_writes_no_labels_where_there_are_none(tmp_path: Path) -> None:
    header = replace(HEADER, labelled=False, class_names=())
    write_dataset(tmp_path / "file", header, [(IMAGES, None)])
    assert _records(tmp_path / "file")[1] == (0, IMAGES.tobytes(), None)


@pytest.mark.parametrize(
    ("batches", "reason"),
    [
        pytest.param([(IMAGES[:9], LABELS[:9])], "expected 10 frames, got 9", id="too few"),
        pytest.param([(IMAGES, LABELS)] * 2, "expected 10 frames, got more", id="too many"),
        pytest.param([(IMAGES.astype(np.float32), LABELS)], "got .* float32", id="floats"),
        pytest.param([(IMAGES[:, :2], LABELS)], r"of \(3, 2\) uint8, got \(2, 2\)", id="shape"),
        pytest.param([(IMAGES, LABELS[:9])], r"labels \(10,\) uint8, got \(9,\)", id="labels"),
        pytest.param([(IMAGES, None)], "uint8, got none", id="no labels"),
        pytest.param([(IMAGES, LABELS + 1)], "frame 2 has the label 3", id="no such class"),
    ],
)
def test_refuses_batches_that_are_not_what_the_header_says(
    tmp_path: Path, batches: list[Batch], reason: str
) -> None:
    with pytest.raises(DatasetError, match=reason):
        write_dataset(tmp_path / "file", HEADER, batches)
    assert not list(tmp_path.iterdir())


def test_refuses_labels_for_a_dataset_without(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="labels for a dataset without"):
        write_dataset(tmp_path / "file", replace(HEADER, labelled=False), [(IMAGES, LABELS)])


def test_keeps_the_old_file_when_the_batches_fail(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def batches() -> Iterator[Batch]:
        yield IMAGES[:5], LABELS[:5]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_dataset(path, HEADER, batches())
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("file", "old")]


def test_refuses_a_header_that_is_not_valid_before_it_writes(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no such dataset can be written"):
        write_dataset(tmp_path / "new" / "file", replace(HEADER, channels=4), [])
    assert not list(tmp_path.iterdir())


def test_says_why_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatasetError, match="cannot be written: .*(File exists|Not a directory)"):
        write_dataset(tmp_path / "file" / "dataset", HEADER, [(IMAGES, LABELS)])
    with pytest.raises(DatasetError, match="it is a folder"):
        write_dataset(tmp_path, HEADER, [(IMAGES, LABELS)])
