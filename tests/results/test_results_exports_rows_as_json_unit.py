"""Rows for a program."""

import json

import pytest

from results.exports.rows import as_json


@pytest.mark.parametrize("rows", [[], [{"a": 1}], [{"a": 1.25, "b": None}, {"a": 2, "b": "ä"}]])
def test_is_read_back(rows: list[dict[str, object]]) -> None:
    assert json.loads(as_json(rows)) == rows


def test_has_a_line_for_each_row() -> None:
    assert len(as_json([{"a": 1}] * 5).splitlines()) == 7
