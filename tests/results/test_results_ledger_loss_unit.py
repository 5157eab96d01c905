"""Frames that went missing for one reason."""

from results.ledger import Loss


def test_counts_what_its_ranges_cover() -> None:
    loss = Loss(reason="overload", ranges=((0, 0), (5, 9)))
    assert loss.count == 6
    assert loss.as_dict() == {"reason": "overload", "count": 6, "ranges": [[0, 0], [5, 9]]}


def test_without_ranges_counts_nothing() -> None:
    assert Loss(reason="none", ranges=()).count == 0
