"""streaming.datasets.library.open_dataset."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from streaming.datasets.library import MAX_READERS, open_dataset
from streaming.errors import DatasetCorrupt, DatasetError
from tests.streaming.dataset_files import make_dataset


def test_shares_one_reader_among_all_who_ask_at_once(tmp_path: Path) -> None:
    make_dataset(tmp_path / "file")
    with ThreadPoolExecutor(8) as pool:
        readers = set(pool.map(open_dataset, [tmp_path / "file"] * 20))
    assert len(readers) == 1


def test_knows_a_file_by_each_of_its_names(tmp_path: Path) -> None:
    make_dataset(tmp_path / "file")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    assert open_dataset(tmp_path / "link") is open_dataset(tmp_path / "file")


def test_opens_a_file_anew_when_it_was_replaced(tmp_path: Path) -> None:
    make_dataset(tmp_path / "file")
    before = open_dataset(tmp_path / "file")
    make_dataset(tmp_path / "file", seed=8)
    after = open_dataset(tmp_path / "file")
    assert after.header.seed == 8
    assert before.read(0, 10).shape == (10, 3, 2)


def test_checks_a_file_anew_when_its_time_changed(tmp_path: Path) -> None:
    make_dataset(tmp_path / "file")
    before = open_dataset(tmp_path / "file")
    os.utime(tmp_path / "file", ns=(1, 1))
    assert open_dataset(tmp_path / "file") is not before


def test_keeps_a_bounded_number_of_files_open(tmp_path: Path) -> None:
    paths = [tmp_path / f"file{number}" for number in range(MAX_READERS + 1)]
    for path in paths:
        make_dataset(path)
    readers = [open_dataset(path) for path in paths]
    assert open_dataset(paths[-1]) is readers[-1]
    assert open_dataset(paths[0]) is not readers[0]
    assert readers[0].read(0, 1).shape == (1, 3, 2)


def test_says_that_a_file_is_gone_even_if_it_was_open(tmp_path: Path) -> None:
    make_dataset(tmp_path / "file")
    open_dataset(tmp_path / "file")
    (tmp_path / "file").unlink()
    with pytest.raises(DatasetError, match="there is no dataset .*: No such file"):
        open_dataset(tmp_path / "file")


def test_says_that_a_name_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name in ("loop", "zero\0byte"):
        with pytest.raises(DatasetError, match="there is no dataset"):
            open_dataset(tmp_path / name)


def test_refuses_a_corrupt_file_each_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"corrupt")
    for _ in range(2):
        with pytest.raises(DatasetCorrupt):
            open_dataset(tmp_path / "file")
