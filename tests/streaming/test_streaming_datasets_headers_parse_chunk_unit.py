"""streaming.datasets.headers.parse_chunk."""

import io
import pickle
from dataclasses import replace
from typing import Any

import pytest

from streaming.datasets.headers import parse_chunk
from streaming.datasets.records import read_record
from streaming.errors import DatasetCorrupt
from tests.streaming.dataset_files import HEADER

PIXELS, LABELS = bytes(range(24)), bytes([0, 1, 2, 0])
UNLABELLED = replace(HEADER, labelled=False)


def _parse(value: Any, *, unlabelled: bool = False) -> int | None:
    record, _ = read_record(io.BytesIO(pickle.dumps(value)), limit_bytes=100_000)
    return parse_chunk(record, header=UNLABELLED if unlabelled else HEADER, first=4, frames=4)


def test_tells_where_the_labels_lie() -> None:
    raw = pickle.dumps((4, PIXELS, LABELS))
    offset = _parse((4, PIXELS, LABELS))
    assert offset is not None
    assert raw[offset : offset + 4] == LABELS


def test_gives_none_without_labels() -> None:
    assert _parse((4, PIXELS, None), unlabelled=True) is None


def test_takes_a_single_byte_that_is_pixels_and_label_at_once() -> None:
    header = replace(HEADER, height=1, width=1, count=1)
    raw = pickle.dumps((0, b"\1", b"\1"))
    record, _ = read_record(io.BytesIO(raw), limit_bytes=1000)
    assert record.blobs == (parse_chunk(record, header=header, first=0, frames=1),)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param([4, PIXELS, LABELS], "expected a chunk", id="list"),
        pytest.param((4, PIXELS), "opcode TUPLE2|expected a chunk", id="two of three"),
        pytest.param((4, PIXELS, [LABELS]), "expected a chunk", id="nested labels"),
        pytest.param((5, PIXELS, LABELS), "expected the chunk of frame 4, got 5", id="other chunk"),
        pytest.param((True, PIXELS, LABELS), "is no int", id="bool as first"),
        pytest.param((b"4", PIXELS, LABELS), "is no int", id="bytes as first"),
        pytest.param((4, PIXELS[1:], LABELS), "expected 24 bytes of pixels .* got 23", id="short"),
        pytest.param((4, "x" * 24, LABELS), "expected bytes of pixels .* got str", id="text"),
        pytest.param((4, PIXELS, LABELS + b"\0"), "expected 4 bytes of labels", id="long labels"),
        pytest.param((4, PIXELS, None), "expected bytes of labels", id="no labels"),
        pytest.param((4, PIXELS, b"\0\1\2\3"), "frame 7 has the label 3", id="no such class"),
    ],
)
def test_refuses_a_wrong_chunk(value: Any, reason: str) -> None:
    with pytest.raises(DatasetCorrupt, match=reason):
        _parse(value)


def test_refuses_labels_in_a_dataset_without() -> None:
    with pytest.raises(DatasetCorrupt, match="labels in a dataset without"):
        _parse((4, PIXELS, LABELS), unlabelled=True)
