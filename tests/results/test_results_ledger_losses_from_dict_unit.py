"""Losses back from their JSON form."""

from typing import Any

import pytest

from results.ledger import Ledger, Loss, LossDict, LossKind, losses_from_dict


def test_gives_back_what_a_ledger_wrote() -> None:
    losses: dict[LossKind, tuple[Loss, ...]] = {
        "unsent": (Loss("stopped", ((8, 9),)),),
        "lost": (),
        "rejected": (Loss("bad-size", ((0, 0),)), Loss("bad-mode", ((1, 1), (3, 4)))),
        "dropped": (),
    }
    ledger = Ledger(10, 8, 8, 4, 4, losses)
    assert losses_from_dict(ledger.as_dict()["losses"]) == losses


def test_derives_the_count_again() -> None:
    loss: LossDict = {"reason": "x", "count": 99, "ranges": [[0, 1]]}
    losses = losses_from_dict({"lost": [loss]})
    assert losses["lost"][0].count == 2


def test_leaves_out_kinds_that_are_absent() -> None:
    assert losses_from_dict({}) == {}


@pytest.mark.parametrize(
    "ranges",
    [
        pytest.param([[3, 2]], id="backwards"),
        pytest.param([[-1, 2]], id="negative"),
        pytest.param([[0, 5], [5, 6]], id="overlapping"),
        pytest.param([[4, 5], [0, 1]], id="descending"),
    ],
)
def test_refuses_ranges_that_do_not_ascend(ranges: list[list[int]]) -> None:
    loss: LossDict = {"reason": "overload", "count": 1, "ranges": ranges}
    with pytest.raises(ValueError, match="ranges of overload must ascend"):
        losses_from_dict({"dropped": [loss]})


def test_refuses_a_loss_without_ranges() -> None:
    incomplete: Any = {"reason": "overload"}
    with pytest.raises(KeyError):
        losses_from_dict({"dropped": [incomplete]})
