"""bench.peers.section_of."""

from bench.figures import Spread
from bench.peer_client import Answered
from bench.peers import OURS, PEERS, WAYS, section_of


def _rounds(*rates: float) -> list[Answered]:
    return [Answered(fps=rate, p50_ms=1, p99_ms=2) for rate in rates]


def test_goals_are_held_against_one_frame_a_request_by_both_clients() -> None:
    figures = {(OURS, "analyze"): _rounds(1000, 1200, 900)}
    for peer in PEERS.values():
        for way, rate in zip(WAYS, (20, 50, 100, 800), strict=True):
            figures[peer, way.name] = _rounds(rate, rate, rate)
    section = section_of("so", figures, [1500, 1600, 1400])
    assert [goal.measured for goal in section.goals] == [20, 10, 20, 10]
    assert all(goal.is_met for goal in section.goals)
    (table,) = section.tables
    assert len(table.rows) == 1 + len(PEERS) * len(WAYS)
    assert {column.key for column in table.columns} == set(table.rows[0])
    most = table.rows[0]["most"]
    assert isinstance(most, Spread)
    # 1,500 to 1,000, 1,600 to 1,200 and 1,400 to 900 frames a second.
    assert most.median == 1.5


def test_ratios_are_taken_within_a_round() -> None:
    figures = {(OURS, "analyze"): _rounds(100, 1000)}
    for peer in PEERS.values():
        for way in WAYS:
            # The whole machine was ten times faster in the second round.
            figures[peer, way.name] = _rounds(10, 100)
    assert {goal.measured for goal in section_of("so", figures, [100, 1000]).goals} == {10}
