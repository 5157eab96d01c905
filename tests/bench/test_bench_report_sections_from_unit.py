"""What an earlier run left."""

import json

import msgspec
import pytest

from bench.report import as_json, render_page, sections_from
from tests.bench.sections import SECTION


def test_gives_back_what_was_written() -> None:
    document = as_json({"speed": SECTION}, machine="a machine", date="2026-01-02")
    again = sections_from(json.loads(json.dumps(document)))
    about = {"machine": "a machine", "date": "2026-01-02"}
    assert render_page(again.values(), **about) == render_page([SECTION], **about)
    assert again["speed"].goals == SECTION.goals


def test_refuses_what_is_something_else() -> None:
    with pytest.raises(msgspec.ValidationError):
        sections_from({"parts": {"speed": {"title": 1}}})
