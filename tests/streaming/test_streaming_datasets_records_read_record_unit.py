"""streaming.datasets.records.read_record."""

import array
import collections
import io
import os
import pickle
import struct
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.datasets.records import MAX_OPCODES, read_record
from streaming.errors import DatasetCorrupt, DatasetError, DatasetUnsafe


class _Shell:
    """What an attacker would pickle."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.system, ("touch /tmp/should-never-exist",))


def _read(raw: bytes, limit_bytes: int = 100_000) -> Any:
    return read_record(io.BytesIO(raw), limit_bytes=limit_bytes)[0].value


@pytest.mark.parametrize("protocol", [3, 4, 5])
@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"a": 1, "b": [None, True, False, "x" * 300]}, id="header-like"),
        pytest.param((0, b"p" * 70_000, b"l" * 10), id="chunk-like"),
        pytest.param([255, 65_535, 2**31, 2**62, -1], id="ints"),
    ],
)
def test_reads_plain_values_of_each_protocol(value: Any, protocol: int) -> None:
    assert _read(pickle.dumps(value, protocol)) == value


def test_leaves_the_file_behind_the_record() -> None:
    parts = [pickle.dumps({"n": 1}), pickle.dumps((2, b"", None))]
    file = io.BytesIO(b"".join(parts))
    assert read_record(file, limit_bytes=1000)[1] == parts[0]
    assert file.tell() == len(parts[0])
    assert read_record(file, limit_bytes=1000)[0].value == (2, b"", None)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        pytest.param(pickle.dumps(_Shell(), 0), f"{os.name}.system", id="reduce, protocol 0"),
        pytest.param(pickle.dumps(_Shell(), 5), f"{os.name}.system", id="reduce, protocol 5"),
        pytest.param(pickle.dumps([1, print]), "builtins.print", id="inside a list"),
        pytest.param(
            pickle.dumps(collections.OrderedDict()), "collections.OrderedDict", id="an ordered dict"
        ),
        pytest.param(
            pickle.dumps(np.zeros(3, np.uint8), 3), "numpy.*._reconstruct", id="a numpy array"
        ),
        pytest.param(pickle.dumps(array.array("b")), "array._array_reconstructor", id="an array"),
        pytest.param(b"(S'id'\nios\nsystem\n.", "the opcode STRING|os.system", id="inst"),
        pytest.param(b"(ios\nsystem\n.", "os.system", id="inst alone"),
        pytest.param(b"Pkey\n.", "opcode PERSID", id="persistent id"),
        pytest.param(b"\x80\x04\x8c\x01kQ.", "opcode BINPERSID", id="binary persistent id"),
        pytest.param(b"\x80\x02\x82\x01.", "opcode EXT1", id="extension registry"),
        pytest.param(b"\x80\x04}(\x8c\x01aK\x01ub.", "opcode BUILD", id="build"),
    ],
)
def test_names_the_global_that_it_refuses(raw: bytes, name: str) -> None:
    with pytest.raises(DatasetError, match=name):
        _read(raw)


def test_refuses_unsafe_records_as_unsafe() -> None:
    with pytest.raises(DatasetUnsafe, match="built-in types only, nothing was run"):
        _read(pickle.dumps(_Shell()))


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"not a pickle", id="text"),
        pytest.param(pickle.dumps({"a": "b" * 50})[:-10], id="truncated"),
        pytest.param(pickle.dumps({"a": 1})[:-1], id="without its end"),
        pytest.param(b"\x80\x63K\x01.", id="protocol 99"),
        pytest.param(b"\x80\x04B" + struct.pack("<I", 2**32 - 1) + b"x.", id="4 GiB of bytes"),
        pytest.param(b"\x80\x04\x8e" + struct.pack("<Q", 2**62) + b"x.", id="2^62 of bytes"),
        pytest.param(b"\x80\x04\x8e" + struct.pack("<Q", 2**64 - 1) + b"x.", id="2^64 of bytes"),
        pytest.param(b"\x80\x05\x96" + struct.pack("<Q", 2**40) + b"x.", id="1 TiB bytearray"),
        pytest.param(b"\x80\x04\x8d" + struct.pack("<Q", 2**40) + b"x.", id="1 TiB of text"),
        pytest.param(b"\x80\x04\x95" + struct.pack("<Q", 2**40) + b"K\x01.", id="1 TiB frame"),
        pytest.param(b"\x80\x04\x95" + struct.pack("<Q", 2**64 - 1) + b"K\x01.", id="2^64 frame"),
        pytest.param(b"\x80\x02\x8b" + struct.pack("<i", 2**31 - 1) + b"\1.", id="2 GiB int"),
        pytest.param(b"\x80\x02\x8b" + struct.pack("<i", -5) + b"\1.", id="negative length"),
        pytest.param(b"\x80\x04K\x01r" + struct.pack("<I", 2**31) + b".", id="memo bomb"),
        pytest.param(b"\x80\x04" + b"(" * 90_000 + b".", id="many marks"),
        pytest.param(b"\x80\x04" + b"]" * 50_000 + b"a" * 49_999 + b".", id="deep nesting"),
        pytest.param(b"\x80\x04" + b"K\x01" + b"2" * 80_000 + b".", id="many copies"),
        pytest.param(b"I" + b"9" * 90_000 + b"\n.", id="a number of 90,000 digits"),
        pytest.param(b"\x80\x04K\x01K\x02a.", id="append to a number"),
        pytest.param(b"\x80\x04}]K\x01s.", id="a list as a key"),
        pytest.param(b"\x80\x04h\x09.", id="memo that was never put"),
        pytest.param(b"\x80\x04u.", id="items without a mark"),
        pytest.param(b"\x80\x04.", id="end without a value"),
        pytest.param(b"\x80\x04\x8c\x02\xff\xfe.", id="text that is no UTF-8"),
        pytest.param(pickle.dumps(1.5), id="float"),
        pytest.param(pickle.dumps({1, 2}), id="set"),
        pytest.param(pickle.dumps({"a": 1}, 0), id="protocol 0"),
    ],
)
def test_refuses_what_is_no_record_of_plain_values_without_using_memory(raw: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(DatasetCorrupt):
            _read(raw)
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak_bytes < 20_000_000


def test_says_that_a_record_is_longer_than_allowed() -> None:
    raw = pickle.dumps(bytes(5000))
    assert _read(raw, limit_bytes=len(raw)) == bytes(5000)
    with pytest.raises(DatasetCorrupt, match="at byte 0 is longer than allowed, truncated"):
        _read(raw, limit_bytes=len(raw) - 1)


def test_says_how_many_opcodes_are_allowed() -> None:
    assert len(_read(pickle.dumps(list(range(MAX_OPCODES - 20))))) == MAX_OPCODES - 20
    with pytest.raises(DatasetCorrupt, match="more than 2,048 opcodes"):
        _read(pickle.dumps(list(range(MAX_OPCODES))))


def test_says_where_a_record_was_expected() -> None:
    file = io.BytesIO(b"12345")
    file.seek(5)
    with pytest.raises(DatasetCorrupt, match="expected at byte 5"):
        read_record(file, limit_bytes=10)


@given(st.binary(max_size=300))
def test_gives_a_value_or_our_own_error_for_any_bytes(raw: bytes) -> None:
    for start in (b"", b"\x80\x04", b"\x80\x05\x95\x10\0\0\0\0\0\0\0"):
        try:
            _read(start + raw + b".")
        except DatasetError:
            pass


@given(
    st.lists(st.sampled_from(b"}])(\x94u.aesh\x00q\x01K\x05\x8c\x01N\x88t\x87C\x02"), max_size=60)
)
def test_gives_a_value_or_our_own_error_for_any_order_of_opcodes(opcodes: list[int]) -> None:
    try:
        _read(b"\x80\x04" + bytes(opcodes) + b".")
    except DatasetError:
        pass
