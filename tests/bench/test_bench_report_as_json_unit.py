"""The figures for programs."""

import json

from bench.report import as_json
from tests.bench.sections import SECTION


def test_has_every_part_by_its_name() -> None:
    document = as_json({"speed": SECTION}, machine="a machine", date="2026-01-02")
    part = json.loads(json.dumps(document))["parts"]["speed"]
    assert part["title"] == "Speed"
    assert part["tables"][0]["rows"][0]["fps"]["median"] == 12345.6
    assert part["goals"][1]["measured"] == 7.25
