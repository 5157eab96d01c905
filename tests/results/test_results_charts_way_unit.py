"""results.charts.way: the ledger as the way of a frame."""

from results.charts import BAR_LENGTH, LEAST_SEGMENT, Segment, way
from results.ledger import Ledger, Loss, LossKind


def test_a_ledger_that_adds_up_has_no_hole() -> None:
    ledger = Ledger(
        announced=10,
        sent=8,
        received=8,
        analysed=7,
        stored=7,
        losses={"unsent": (Loss("browser", ((8, 9),)),), "dropped": (Loss("overload", ((3, 3),)),)},
    )
    stages = way(ledger.as_dict())
    assert [(stage.name, stage.side, stage.count) for stage in stages] == [
        ("announced", "server", 10),
        ("sent", "server", 8),
        ("received", "client", 8),
        ("analysed", "client", 7),
        ("stored", "server", 7),
    ]
    assert [stage.missing for stage in stages] == [0] * 5
    assert stages[0].length == BAR_LENGTH
    assert stages[4].length == BAR_LENGTH * 0.7


def test_branches_carry_their_reasons_and_ranges() -> None:
    ledger = Ledger(5, 4, 4, 4, 4, losses={"unsent": (Loss("failed", ((4, 4),)),)})
    branch = way(ledger.as_dict())[1].branches[0]
    assert (branch.kind, branch.count) == ("unsent", 1)
    assert branch.losses[0]["reason"] == "failed"
    assert branch.losses[0]["ranges"] == [[4, 4]]


def test_a_hole_is_named_at_the_station_that_it_is_before() -> None:
    stages = way(Ledger(announced=5, sent=5, received=3, analysed=4, stored=4).as_dict())
    assert [stage.missing for stage in stages] == [0, 0, 2, -1, 0]
    assert [stage.surplus for stage in stages] == [0, 0, 0, 1, 0]


def test_the_bar_shows_what_left_the_way_behind_what_went_on() -> None:
    losses: dict[LossKind, tuple[Loss, ...]] = {"lost": (Loss("cut", ((10, 29),)),)}
    stages = way(Ledger(100, 100, 70, 70, 70, losses=losses).as_dict())
    received = stages[2]
    assert (received.length, received.lost, received.hole) == (
        70,
        Segment(70, 20),
        Segment(90, 10),
    )
    assert (stages[3].lost.length, stages[3].hole.length) == (0, 0)


def test_one_frame_among_a_million_is_seen() -> None:
    losses: dict[LossKind, tuple[Loss, ...]] = {"dropped": (Loss("overload", ((5, 5),)),)}
    ledger = Ledger(10**6, 10**6, 10**6, 10**6 - 1, 10**6 - 2, losses=losses)
    *_, analysed, stored = way(ledger.as_dict())
    assert analysed.lost == Segment(BAR_LENGTH - LEAST_SEGMENT, LEAST_SEGMENT)
    assert stored.hole == Segment(BAR_LENGTH - LEAST_SEGMENT, LEAST_SEGMENT)
