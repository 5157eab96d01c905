"""The rounds as tables and goals."""

from bench.end_to_end import Rounds, section_of
from bench.figures import Spread

MANY = [1000.0, 100.0]


def _rounds() -> Rounds:
    return Rounds(
        real=[95.0, 9.0],
        instant=[200.0, 30.0],
        storage=[500.0, 50.0],
        compute=[100.0, 10.0],
        real_floor=[100.0, 10.0],
        instant_floor=[500.0, 50.0],
    )


def test_takes_ratios_within_a_round() -> None:
    section = section_of("how", [50.0, 5.0], MANY, {"SQLite": _rounds()}, [])
    real, instant = section.tables[1].rows
    assert real["ratio"] == Spread(0.925, 0.9, 0.95, 2)
    assert instant["ratio"] == Spread(0.5, 0.4, 0.6, 2)
    assert [(goal.measured, goal.is_met) for goal in section.goals] == [(0.925, True), (0.5, True)]


def test_lists_every_floor() -> None:
    rows = section_of("how", [50.0], [1000.0], {"SQLite": _rounds()}, []).tables[0].rows
    assert [row["what"] for row in rows] == [
        "transport, one frame a message",
        "transport, 64 frames a message",
        "compute, fashion-fast",
        "storage, SQLite",
    ]


def test_leaves_out_an_engine_none_of_whose_rounds_succeeded() -> None:
    section = section_of("how", [50.0], [1000.0], {"PostgreSQL": Rounds()}, ["It failed."])
    assert not section.goals and not section.tables[1].rows
    assert section.notes == ("It failed.",)
