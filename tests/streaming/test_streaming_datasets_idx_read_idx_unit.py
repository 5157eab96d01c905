"""streaming.datasets.idx.read_idx."""

import gzip
import hashlib
from pathlib import Path

import numpy as np
import pytest

from streaming.datasets.idx import GZIP_OVERHEAD_BYTES, IdxFile, read_idx
from streaming.errors import DatasetCorrupt, DatasetUnavailable

RAW = b"\0\0\x08\x02\0\0\0\x02\0\0\0\x03" + bytes([1, 2, 3, 4, 5, 6])
FILE = IdxFile("numbers", (2, 3), hashlib.sha256(RAW).hexdigest())
ARRAY = [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("numbers.gz", gzip.compress(RAW), id="gzip"),
        pytest.param("numbers", RAW, id="plain"),
        pytest.param("numbers.gz", RAW, id="plain under the name of gzip"),
        pytest.param("numbers", gzip.compress(RAW, 1), id="gzip under the plain name"),
        pytest.param(
            "numbers.gz", gzip.compress(RAW[:5]) + gzip.compress(RAW[5:]), id="two gzip members"
        ),
    ],
)
def test_reads_every_packaging_of_the_same_contents(
    tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    array = read_idx(tmp_path, FILE)
    assert array.tolist() == ARRAY
    assert array.dtype == np.uint8
    assert array.flags.writeable


def test_takes_the_plain_file_where_the_gzipped_one_is_broken(tmp_path: Path) -> None:
    (tmp_path / "numbers.gz").write_bytes(gzip.compress(RAW)[:-9])
    (tmp_path / "numbers").write_bytes(RAW)
    assert read_idx(tmp_path, FILE).tolist() == ARRAY


def test_says_that_there_is_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(DatasetUnavailable, match="neither numbers.gz nor numbers is in"):
        read_idx(tmp_path, FILE)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "expected 18 bytes unpacked, got 0", id="empty"),
        pytest.param(RAW[:-1], "expected 18 bytes unpacked, got 17", id="short"),
        pytest.param(RAW + b"\0", "expected 18 bytes unpacked, got more", id="long"),
        pytest.param(gzip.compress(RAW)[:-9], "cannot be read", id="truncated gzip"),
        pytest.param(gzip.compress(RAW)[:10] + b"\xff" * 20, "cannot be read", id="bad deflate"),
        pytest.param(b"\x1f\x8bnonsense", "cannot be read", id="bad gzip header"),
        pytest.param(gzip.compress(bytes(50_000_000)), "got more", id="gzip bomb"),
        pytest.param(
            bytes(GZIP_OVERHEAD_BYTES + 19), "has 1,048,595 bytes; the limit is", id="huge file"
        ),
        pytest.param(b"\0\0\x0d" + RAW[3:], "not an IDX file of 2 x 3 uint8", id="other dtype"),
        pytest.param(RAW[:-1] + b"\7", "expected SHA-256 .* unpacked, got", id="other contents"),
    ],
)
def test_refuses_broken_contents(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "numbers.gz").write_bytes(content)
    with pytest.raises(DatasetCorrupt, match=reason):
        read_idx(tmp_path, FILE)
