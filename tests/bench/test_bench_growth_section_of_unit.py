"""The sizes as a table, and what the largest takes beside smaller ones."""

import pytest

from bench.figures import Spread
from bench.growth import Grown, section_of


def _grown(seconds: float, client_mb: float | None = 80.0, server_mb: float = 130.0) -> Grown:
    return Grown(seconds, 0.5, client_mb, server_mb)


def test_compares_time_a_frame_and_memory() -> None:
    found = {
        10: [_grown(9.0)],
        100: [_grown(1.0, 80.0), _grown(1.0, 82.0)],
        1000: [_grown(5.0)],
        10_000: [_grown(60.0, 95.0, 230.0)],
    }
    slower, client, server = section_of(found, []).goals
    assert slower.measured == pytest.approx(60 / 10_000 / (5 / 1000)) and slower.is_met
    assert client.measured == pytest.approx(95 - 81) and client.is_met
    assert server.measured == pytest.approx(100) and not server.is_met


def test_shows_seconds_a_million() -> None:
    (row,) = section_of({1000: [_grown(2.0)]}, ["a note"]).tables[0].rows
    spread = row["per_million"]
    assert isinstance(spread, Spread)
    assert spread.median == pytest.approx(2000)


def test_leaves_memory_out_where_the_system_does_not_say() -> None:
    found = {size: [_grown(1.0, client_mb=None)] for size in (10, 100)}
    section = section_of(found, [])
    assert [goal.text.partition(" ")[0] for goal in section.goals] == ["seconds", "the"]
    assert section.tables[0].rows[0]["client_mb"] is None


def test_compares_only_rounds_that_both_sizes_have() -> None:
    found = {10: [_grown(1.0)], 100: [_grown(1.0)], 1000: [_grown(1.0), _grown(2.0)]}
    assert section_of(found, []).goals
