"""streaming.datasets.pickles.DatasetReader."""

import gc
import hashlib
import os
import pickle
import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from streaming.datasets.headers import header_record
from streaming.datasets.pickles import DatasetHeader, DatasetReader
from streaming.errors import (
    DatasetCorrupt,
    DatasetError,
    DatasetIndexError,
    DatasetUnsafe,
    DatasetVersionMismatch,
)
from tests.streaming.dataset_files import (
    HEADER,
    make_dataset,
    make_images,
    make_labels,
    make_records,
    write_records,
)

Records = list[Any]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="grey"),
        pytest.param({"channels": 3}, id="coloured"),
        pytest.param({"count": 5000}, id="two chunks"),
        pytest.param({"count": 1, "height": 1, "width": 1}, id="one byte"),
        pytest.param({"height": 4096, "width": 4096, "count": 2}, id="huge frames"),
        pytest.param({"seed": 2**63 - 1}, id="largest seed"),
        pytest.param({"class_names": tuple(f"класс {i}" for i in range(256))}, id="256 classes"),
    ],
)
def test_gives_back_what_was_written(tmp_path: Path, changes: dict[str, Any]) -> None:
    path = tmp_path / "file"
    header = make_dataset(path, **changes)
    with DatasetReader.open(path) as reader:
        assert (reader.path, reader.header) == (path, header)
        assert reader.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        images, labels = reader.read(0, header.count), reader.labels(0, header.count)
    assert images.shape == (header.count, *header.frame_shape)
    assert images.dtype == np.uint8
    assert (images == make_images(header)).all()
    assert labels is not None
    assert (labels == make_labels(header)).all()


@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_reads_chunks_of_any_length_and_protocol(tmp_path: Path, protocol: int) -> None:
    images, labels = make_images(HEADER), make_labels(HEADER)
    for chunk_frames in (1, 3, 10, 11):
        write_records(tmp_path / "file", make_records(HEADER, chunk_frames), protocol)
        with DatasetReader.open(tmp_path / "file") as reader:
            for first, count in [(0, 10), (2, 5), (9, 1), (3, 3), (10, 0), (0, 0)]:
                part = slice(first, first + count)
                assert np.array_equal(reader.read(first, count), images[part])
                truth = reader.labels(first, count)
                assert truth is not None and np.array_equal(truth, labels[part])


def test_has_no_labels_where_there_are_none(tmp_path: Path) -> None:
    make_dataset(tmp_path / "file", labelled=False, class_names=())
    with DatasetReader.open(tmp_path / "file") as reader:
        assert reader.labels(0, 10) is None
        assert not reader.header.labelled
        assert reader.read(9, 1).shape == (1, 3, 2)


@pytest.mark.parametrize(("first", "count"), [(-1, 1), (0, 11), (10, 1), (5, -1), (2**70, 1)])
def test_names_the_frames_it_has_when_asked_for_others(
    tmp_path: Path, first: int, count: int
) -> None:
    make_dataset(tmp_path / "file")
    with DatasetReader.open(tmp_path / "file") as reader:
        with pytest.raises(DatasetIndexError, match="has the frames 0 to 9; asked for"):
            reader.read(first, count)
        with pytest.raises(IndexError):
            reader.labels(first, count)


def test_serves_many_threads_at_once(tmp_path: Path) -> None:
    header = make_dataset(tmp_path / "file", count=20_000)
    images = make_images(header)
    with DatasetReader.open(tmp_path / "file") as reader, ThreadPoolExecutor(8) as pool:

        def matches(first: int) -> bool:
            return np.array_equal(reader.read(first, 16), images[first : first + 16])

        assert all(pool.map(matches, range(0, 19_984, 7)))


def test_reads_nothing_after_it_was_closed(tmp_path: Path) -> None:
    make_dataset(tmp_path / "file")
    reader = DatasetReader.open(tmp_path / "file")
    reader.close()
    reader.close()
    with pytest.raises(DatasetError, match="was closed"):
        reader.read(0, 1)


def test_lets_its_file_go_with_the_last_reference(tmp_path: Path) -> None:
    def open_files() -> int:
        links = Path("/proc/self/fd").iterdir()
        return sum(str(tmp_path) in os.readlink(link) for link in links if link.is_symlink())

    make_dataset(tmp_path / "file")
    reader: DatasetReader | None = DatasetReader.open(tmp_path / "file")
    assert reader is not None
    assert open_files() == 1
    reader = None
    gc.collect()
    assert open_files() == 0


def test_notices_that_the_file_was_changed(tmp_path: Path) -> None:
    path = tmp_path / "file"
    make_dataset(path)
    with DatasetReader.open(path) as reader:
        path.write_bytes(path.read_bytes()[:-20])
        with pytest.raises(DatasetCorrupt, match="was changed since it was opened"):
            reader.read(0, 10)


def test_keeps_reading_a_file_that_was_replaced(tmp_path: Path) -> None:
    path = tmp_path / "file"
    header = make_dataset(path)
    with DatasetReader.open(path) as reader:
        make_dataset(path, count=20)
        assert np.array_equal(reader.read(0, 10), make_images(header))


def _edit(index: int, **changes: Any) -> Callable[[Records], None]:
    """Change fields of a chunk (first, pixels, labels)."""

    def edit(records: Records) -> None:
        first, pixels, labels = records[index]
        fields = {"first": first, "pixels": pixels, "labels": labels} | changes
        records[index] = tuple(fields.values())

    return edit


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        pytest.param(
            lambda records: records.pop(), "too short|expected at byte", id="chunk missing"
        ),
        pytest.param(lambda records: records.pop(0), "no header", id="header missing"),
        pytest.param(lambda records: records.append(records[-1]), "behind the last", id="too many"),
        pytest.param(lambda records: records.reverse(), "no header", id="in reverse"),
        pytest.param(
            lambda records: records.insert(1, records.pop(2)),
            "expected the chunk of frame 0",
            id="swapped chunks",
        ),
        pytest.param(_edit(2, pixels=b"12345"), "bytes of pixels at frame 4", id="short pixels"),
        pytest.param(_edit(2, pixels=bytes(10**6)), "longer than allowed", id="huge pixels"),
        pytest.param(_edit(3, labels=b"\0\7"), "frame 9 has the label 7", id="no such class"),
        pytest.param(_edit(3, labels=None), "bytes of labels at frame 8", id="labels missing"),
    ],
)
def test_refuses_records_that_are_not_what_the_header_says(
    tmp_path: Path, edit: Callable[[Records], Any], reason: str
) -> None:
    records = make_records(HEADER, 4)
    edit(records)
    write_records(tmp_path / "file", records)
    with pytest.raises(DatasetCorrupt, match=f"{tmp_path}/file: .*({reason})"):
        DatasetReader.open(tmp_path / "file")


def test_refuses_a_file_truncated_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "file"
    make_dataset(path)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(DatasetCorrupt):
            DatasetReader.open(path)


def test_refuses_or_survives_a_changed_byte_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "file"
    make_dataset(path)
    with DatasetReader.open(path) as reader:
        sha256 = reader.sha256
    whole = path.read_bytes()
    for offset, byte in enumerate(whole):
        path.write_bytes(whole[:offset] + bytes([byte ^ 0x21]) + whole[offset + 1 :])
        try:
            with DatasetReader.open(path) as reader:
                assert reader.sha256 != sha256
        except DatasetError:
            pass


def test_refuses_anything_behind_the_end(tmp_path: Path) -> None:
    make_dataset(tmp_path / "file")
    with (tmp_path / "file").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(DatasetCorrupt, match="1 bytes behind the last record"):
        DatasetReader.open(tmp_path / "file")


def test_refuses_a_global_and_names_it(tmp_path: Path) -> None:
    records = make_records(HEADER, 4)
    records[2] = (4, print, None)
    write_records(tmp_path / "file", records)
    with pytest.raises(DatasetUnsafe, match="asks for builtins.print"):
        DatasetReader.open(tmp_path / "file")


def test_refuses_another_version(tmp_path: Path) -> None:
    records = make_records(HEADER, 4)
    records[0]["version"] = 2
    write_records(tmp_path / "file", records)
    with pytest.raises(DatasetVersionMismatch, match="expected version 1 .* got 2"):
        DatasetReader.open(tmp_path / "file")


def test_refuses_at_once_a_count_that_the_file_cannot_hold(tmp_path: Path) -> None:
    huge = replace(HEADER, count=10**9, height=1, width=1)
    write_records(tmp_path / "file", [header_record(huge, 1), (0, b"\0", b"\0")])
    with pytest.raises(DatasetCorrupt, match="too short for 1,000,000,000 frames"):
        DatasetReader.open(tmp_path / "file")


def test_refuses_a_huge_length_without_using_memory(tmp_path: Path) -> None:
    bomb = b"\x80\x05\x8e" + struct.pack("<Q", 2**45) + bytes(100)
    header = pickle.dumps(header_record(HEADER, 4))
    (tmp_path / "file").write_bytes(header + bomb)
    with pytest.raises(DatasetCorrupt, match="no pickle"):
        DatasetReader.open(tmp_path / "file")


def test_says_that_there_is_no_such_file(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(DatasetError, match=f"there is no dataset {path}"):
            DatasetReader.open(path)


def test_says_that_a_file_cannot_be_opened_or_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise OSError(5, "Input/output error")

    header: DatasetHeader = make_dataset(tmp_path / "file")
    with DatasetReader.open(tmp_path / "file") as reader:
        with monkeypatch.context() as patch:
            patch.setattr(os, "pread", refuse)
            with pytest.raises(DatasetError, match="cannot be read: Input/output error"):
                reader.read(0, header.count)
    for name, reason in (("open", "cannot be opened"), ("fstat", "file: cannot be read")):
        with monkeypatch.context() as patch:
            patch.setattr(os, name, refuse)
            with pytest.raises(DatasetError, match=f"{reason}: Input/output error"):
                DatasetReader.open(tmp_path / "file")


def test_closes_the_file_when_checking_is_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[int] = []
    close = os.close

    def interrupt(_: int) -> Any:
        raise KeyboardInterrupt

    def note(descriptor: int) -> None:
        closed.append(descriptor)
        close(descriptor)

    make_dataset(tmp_path / "file")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", interrupt)
        patch.setattr(os, "close", note)
        with pytest.raises(KeyboardInterrupt):
            DatasetReader.open(tmp_path / "file")
    assert len(closed) == 1
