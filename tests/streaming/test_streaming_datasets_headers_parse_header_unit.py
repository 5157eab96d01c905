"""streaming.datasets.headers.parse_header."""

import io
import pickle
from typing import Any

import pytest

from streaming.datasets.headers import header_record, parse_header
from streaming.datasets.records import Record, read_record
from streaming.errors import DatasetCorrupt, DatasetVersionMismatch
from tests.streaming.dataset_files import HEADER


def _record(value: Any) -> Record:
    return read_record(io.BytesIO(pickle.dumps(value)), limit_bytes=100_000)[0]


def test_gives_back_what_was_written() -> None:
    assert parse_header(_record(header_record(HEADER, 4))) == (HEADER, 4)


def test_takes_the_fields_in_any_order() -> None:
    fields = header_record(HEADER, 4)
    assert parse_header(_record(dict(reversed(fields.items())))) == (HEADER, 4)


def test_takes_a_name_that_is_shared_by_reference() -> None:
    fields = header_record(HEADER, 4)
    fields["name"] = fields["class_names"][0]
    assert parse_header(_record(fields))[0].name == "circle"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"format": "other"}, "no header of the format", id="other format"),
        pytest.param({"extra": 1}, "unknown field `extra`", id="unknown field"),
        pytest.param({"count": "10"}, r"got `str` - at `\$.count`", id="text as count"),
        pytest.param({"count": 10**9 + 1}, "<= 1000000000", id="count too large"),
        pytest.param({"labelled": 1}, "Expected `bool`", id="number as bool"),
        pytest.param({"class_names": "abc"}, "Expected `array`", id="text as class names"),
        pytest.param({"chunk_frames": 10**8}, "larger than 33,554,432", id="huge chunks"),
        pytest.param({"chunk_frames": 0}, ">= 1", id="empty chunks"),
        pytest.param({b"name": 1}, "keys|field|Expected", id="bytes as a key"),
    ],
)
def test_refuses_wrong_fields(changes: dict[Any, Any], reason: str) -> None:
    with pytest.raises(DatasetCorrupt, match=reason):
        parse_header(_record({**header_record(HEADER, 4), **changes}))


@pytest.mark.parametrize("missing", sorted(set(header_record(HEADER, 4)) - {"format", "version"}))
def test_names_a_missing_field(missing: str) -> None:
    fields = header_record(HEADER, 4)
    del fields[missing]
    with pytest.raises(DatasetCorrupt, match=f"missing required field `{missing}`"):
        parse_header(_record(fields))


@pytest.mark.parametrize("value", [[1, 2], None, (0, b"", None), {}], ids=repr)
def test_refuses_a_record_that_is_no_header(value: Any) -> None:
    with pytest.raises(DatasetCorrupt, match="the first record is no header"):
        parse_header(_record(value))


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_refuses_another_version(version: Any) -> None:
    fields = {"format": "fashionsite-dataset", "version": version, "unknown": 1}
    with pytest.raises(DatasetVersionMismatch, match=f"expected version 1 .* got {version!r}"):
        parse_header(_record(fields))


def test_refuses_a_key_that_is_given_twice() -> None:
    raw = pickle.dumps(header_record(HEADER, 4), 4)
    again = raw[:-2] + b"\x8c\x04seedK\x09" + raw[-2:]
    frame = int.from_bytes(raw[3:11], "little") + len(again) - len(raw)
    again = again[:3] + frame.to_bytes(8, "little") + again[11:]
    record = read_record(io.BytesIO(again), limit_bytes=100_000)[0]
    assert record.value["seed"] == 9
    with pytest.raises(DatasetCorrupt, match="a key twice"):
        parse_header(record)
