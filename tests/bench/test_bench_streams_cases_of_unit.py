"""bench.streams.cases_of."""

from bench.figures import Scale
from bench.streams import GOAL_SIZE, SIZES, cases_of
from streaming.serving import SERVERS


def test_every_size_is_measured_by_every_program() -> None:
    cases = cases_of(Scale())
    on_sqlite = {(case.program, case.sessions) for case in cases if case.engine == "SQLite"}
    assert on_sqlite == {(program, size) for program in SERVERS for size in SIZES}
    others = [case for case in cases if case.engine == "PostgreSQL"]
    assert [(case.program, case.sessions) for case in others] == [
        (program, GOAL_SIZE) for program in SERVERS
    ]


def test_a_smoke_test_has_every_program_and_few_sessions() -> None:
    cases = cases_of(Scale(rounds=1, is_quick=True))
    assert {case.program for case in cases} == set(SERVERS)
    assert max(case.sessions for case in cases) == 10
