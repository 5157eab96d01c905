"""results.charts.way: the ledger as the way of a frame."""

from results.charts import BAR_LENGTH, way
from results.ledger import Ledger, Loss


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
