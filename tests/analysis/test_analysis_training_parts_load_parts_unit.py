"""A folder or a dataset pickle gives three parts, near-duplicates on one side of each split."""

from pathlib import Path

import numpy as np
import pytest

from analysis.classifiers.card import InputFormat
from analysis.errors import TrainingError
from analysis.training.parts import Sharing, load_parts
from streaming.errors import DatasetError
from tests.analysis.picture_folders import photograph, write_classes, write_pickle
from tests.analysis.tiny_models import CLASS_NAMES, stripes

WANTED = InputFormat(height=8, width=10, mode="L", mean=(0.0,), std=(1.0,))
SHARING = Sharing(validation_share=0.2, test_share=0.1, seed=0)


def test_splits_a_folder_class_by_class(tmp_path: Path) -> None:
    parts = load_parts(write_classes(tmp_path, 10), WANTED, SHARING)
    counts = [np.bincount(part.labels).tolist() for part in (parts.train, parts.validation)]
    assert counts == [[7, 7], [2, 2]] and len(parts.test) == 2


def test_keeps_near_duplicates_on_one_side(tmp_path: Path) -> None:
    write_classes(tmp_path, 10)
    for path in sorted(tmp_path.glob("*/*.png")):
        seed = int(path.stem) + (10 if path.parent.name == "dots" else 0)
        photograph(seed, size_wh=(48, 36)).save(path.with_suffix(".jpg"), quality=80)
    for seed in range(5):
        parts = load_parts(tmp_path, WANTED, Sharing(0.2, 0.2, seed))
        sides = [part.images.astype(int) for part in (parts.train, parts.validation, parts.test)]
        assert [len(side) for side in sides] == [24, 8, 8]
        for side in sides:
            # Each picture's copy is the one that is nearest to it.
            gaps = np.abs(side[:, None] - side[None]).mean(axis=(2, 3))
            np.fill_diagonal(gaps, 255)
            assert gaps.min(axis=1).max() < 12


def test_leaves_parts_as_they_are_and_says_what_they_share(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for part, first_seed in (("train", 0), ("val", 100), ("test", 4)):
        write_classes(tmp_path / part, 5, first_seed=first_seed)
    parts = load_parts(tmp_path, WANTED, SHARING)
    assert [len(part) for part in (parts.train, parts.validation, parts.test)] == [10, 10, 10]
    # Seeds 4 to 13 have six in common with 0 to 9.
    assert caplog.messages == ["6 of test have a near-duplicate in train"]


def test_splits_off_only_the_part_that_is_missing(tmp_path: Path) -> None:
    write_classes(tmp_path / "train", 10)
    write_classes(tmp_path / "test", 3, first_seed=200)
    parts = load_parts(tmp_path, WANTED, SHARING)
    assert [len(part) for part in (parts.train, parts.validation, parts.test)] == [16, 4, 6]


def test_splits_a_datasetwrite_pickle(tmp_path: Path) -> None:
    parts = load_parts(write_pickle(tmp_path / "stripes.pkl"), WANTED, SHARING)
    assert parts.train.class_names == CLASS_NAMES and not parts.set_aside
    together = np.concatenate([parts.train.images, parts.validation.images, parts.test.images])
    assert sorted(map(bytes, together)) == sorted(map(bytes, stripes(90).images))


def test_lists_what_was_set_aside(tmp_path: Path) -> None:
    write_classes(tmp_path, 10)
    (tmp_path / "dots" / "notes.txt").write_text("none")
    (aside,) = load_parts(tmp_path, WANTED, SHARING).set_aside
    assert aside.path == tmp_path / "dots" / "notes.txt"


def test_refuses_a_pickle_without_labels(tmp_path: Path) -> None:
    path = write_pickle(tmp_path / "stripes.pkl", labelled=False)
    with pytest.raises(TrainingError, match="expected labels of at least 2 classes, got none"):
        load_parts(path, WANTED, SHARING)


def test_refuses_a_file_that_is_nowrite_pickle(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"no")
    with pytest.raises(DatasetError):
        load_parts(tmp_path / "file", WANTED, SHARING)


def test_refuses_too_few_pictures_to_split(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="expected at least 1 picture in validation, got 0"):
        load_parts(write_classes(tmp_path, 2), WANTED, SHARING)


def test_says_what_a_dataset_may_be(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="expected one of fashion-mnist, or the path of a"):
        load_parts(tmp_path / "soup", WANTED, SHARING)
