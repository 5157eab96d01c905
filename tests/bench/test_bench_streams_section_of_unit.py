"""bench.streams.section_of."""

from dataclasses import replace

import pytest

from bench.figures import Goal
from bench.report import render_page
from bench.streams import Case, Outcome, section_of
from tests.bench.load_accounts import load_of


def _goals(case: Case, outcome: Outcome) -> dict[str, Goal]:
    section = section_of([(case, outcome)], [])
    return {goal.text.partition(": ")[2]: goal for goal in section.goals}


def test_the_size_of_the_goals_is_held_against_all_three() -> None:
    load = load_of(3, late_ms=[0, 30, 30])
    outcome = Outcome(replace(load, stored=load.announced - 2), server_cpu=0.5, session_kb=150.0)
    goals = _goals(Case("uvicorn", "SQLite", 1_000), outcome)
    assert goals["frames lost"].measured == 2
    assert not goals["frames lost"].is_met
    late = goals["p99 of how late frames are sent, ms"]
    assert late.measured == pytest.approx(30) and not late.is_met
    assert goals["memory of the server, kB a session"].is_met


def test_the_largest_is_held_against_losing_nothing_alone() -> None:
    goals = _goals(Case("daphne", "SQLite", 2_000), Outcome(load_of(2), None, None))
    assert [(text, goal.is_met) for text, goal in goals.items()] == [("frames lost", True)]


def test_what_was_not_measured_is_an_empty_cell_and_no_goal() -> None:
    load = load_of(1, late_ms=[])
    case = Case("daphne", "SQLite", 1_000)
    section = section_of([(case, Outcome(load, None, None))], ["no frame came"])
    assert [goal.text.partition(": ")[2] for goal in section.goals] == ["frames lost"]
    assert section.tables[0].rows[0]["late_p99"] is None
    page = render_page([section], machine="a machine", date="today")
    assert "no frame came" in page


def test_each_table_has_every_case() -> None:
    cases = [Case("daphne", "SQLite", 1), Case("uvicorn", "PostgreSQL", 1_000)]
    section = section_of([(case, Outcome(load_of(1), 0.1, 99.0)) for case in cases], [])
    for table in section.tables:
        assert [(row["sessions"], row["program"]) for row in table.rows] == [
            (1, "daphne"),
            (1_000, "uvicorn"),
        ]
        assert all(set(row) >= {column.key for column in table.columns} for row in table.rows)
