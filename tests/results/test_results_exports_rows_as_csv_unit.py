"""Rows for a spreadsheet."""

import csv
import io

import pytest

from results.exports.rows import as_csv


def test_is_read_back_by_name() -> None:
    rows: list[dict[str, object]] = [
        {"name": 'with "quotes", comma', "n": 1},
        {"name": "line\nbreak", "n": None},
    ]
    read = list(csv.DictReader(io.StringIO(as_csv(rows), newline="")))
    assert read == [
        {"name": 'with "quotes", comma', "n": "1"},
        {"name": "line\nbreak", "n": ""},
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_strangers_text_is_never_a_formula(start: str) -> None:
    read = list(csv.DictReader(io.StringIO(as_csv([{"name": f"{start}1+1"}]), newline="")))
    assert read == [{"name": f"'{start}1+1"}]


def test_a_negative_number_stays_a_number() -> None:
    assert as_csv([{"n": -1.5}]).splitlines()[1] == "-1.5"


def test_no_rows_give_nothing() -> None:
    assert as_csv([]) == ""
