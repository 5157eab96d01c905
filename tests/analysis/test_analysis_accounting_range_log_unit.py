"""Sequences kept as ranges."""

from analysis.accounting import RangeLog
from results.ledger import Loss


def test_has_no_losses_while_nothing_was_added() -> None:
    log = RangeLog()
    log.add(5, 5)
    assert (log.count, log.losses("gap")) == (0, ())


def test_merges_what_lies_side_by_side() -> None:
    log = RangeLog()
    for first, end in ((0, 2), (2, 3), (7, 8), (8, 10)):
        log.add(first, end)
    assert log.count == 6
    assert log.losses("gap") == (Loss(reason="gap", ranges=((0, 2), (7, 9))),)
