"""Following the sequences of a stream."""

import pytest

from analysis.accounting import Reception
from results.ledger import Loss
from streaming.errors import MalformedFrames


def test_counts_frames_that_come_in_order() -> None:
    reception = Reception(10)
    reception.accept(0, 4)
    reception.accept(4, 6)
    reception.end(10)
    assert (reception.received, reception.sent, reception.lost.count) == (10, 10, 0)


def test_names_the_frames_of_gaps_and_of_a_missing_end() -> None:
    reception = Reception(20)
    reception.accept(2, 3)
    reception.accept(9, 1)
    reception.end(12)
    assert reception.received == 4
    assert reception.lost.losses("gap") == (Loss("gap", ((0, 1), (5, 8), (10, 11))),)
    assert reception.received + reception.lost.count == 12


@pytest.mark.parametrize(
    ("first", "count"),
    [
        pytest.param(0, 1, id="again"),
        pytest.param(2, 4, id="overlapping"),
    ],
)
def test_refuses_frames_that_came_before(first: int, count: int) -> None:
    reception = Reception(10)
    reception.accept(0, 4)
    with pytest.raises(MalformedFrames, match=f"expected sequence 4 or later, got {first}"):
        reception.accept(first, count)
    assert reception.received == 4


def test_refuses_frames_that_were_never_announced() -> None:
    with pytest.raises(MalformedFrames, match="sequences 0 to 9, got 10"):
        Reception(10).accept(8, 3)


@pytest.mark.parametrize(
    "sent", [pytest.param(3, id="fewer than came"), pytest.param(11, id="more than announced")]
)
def test_refuses_an_end_that_cannot_be(sent: int) -> None:
    reception = Reception(10)
    reception.accept(0, 4)
    with pytest.raises(MalformedFrames, match=f"{sent} frames are said to have been sent"):
        reception.end(sent)
