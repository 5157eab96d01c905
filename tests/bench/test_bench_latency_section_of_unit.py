"""The rounds as a table, and what the stream adds."""

import pytest

from bench.latency import ALONE, FAST, SLOW, Latencies, section_of


def _found() -> dict[str, list[Latencies]]:
    return {
        ALONE: [Latencies(1.0, 2.0, 3.0), Latencies(1.0, 5.0, 9.0)],
        SLOW: [Latencies(2.0, 4.0, 5.0), Latencies(2.0, 8.0, 30.0)],
        FAST: [Latencies(2.0, 4.0, 5.0), Latencies(2.0, 8.0, 10.0)],
    }


def test_holds_the_stream_s_p99_against_the_classifier_s_own_in_each_round() -> None:
    (goal,) = section_of("how", _found(), []).goals
    assert goal.measured == pytest.approx(2.5) and goal.is_met and not goal.at_least


def test_has_a_row_for_each_thing() -> None:
    rows = section_of("how", _found(), ["a note"]).tables[0].rows
    assert [row["what"] for row in rows] == [ALONE, SLOW, FAST]


def test_has_no_goal_where_every_round_failed() -> None:
    section = section_of("how", {}, ["Round 1 failed: why"])
    assert not section.goals and section.notes == ("Round 1 failed: why",)
