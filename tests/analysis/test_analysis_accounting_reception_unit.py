"""Following the sequences of a stream."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.accounting import Reception
from results.ledger import Loss, ranges_of
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


def test_passes_over_frames_that_come_again_over_another_connection() -> None:
    reception = Reception(20)
    assert reception.accept(0, 8) == [(0, 8)]
    reception.attach(4)
    assert not reception.accept(4, 2)
    assert reception.accept(6, 6) == [(8, 12)]
    with pytest.raises(MalformedFrames, match="expected sequence 12"):
        reception.accept(8, 1)
    reception.end(12)
    assert (reception.received, reception.lost.count) == (12, 0)


def test_counts_what_is_stored_as_received_and_delivers_only_the_rest() -> None:
    reception = Reception(30, stored=((0, 3), (6, 6), (10, 19)))
    assert (reception.received, reception.next_sequence) == (15, 4)
    reception.attach(4)
    assert reception.accept(4, 8) == [(4, 6), (7, 10)]
    assert reception.accept(12, 10) == [(20, 22)]
    reception.end(25)
    assert reception.received == 22
    assert reception.lost.losses("gap") == (Loss("gap", ((22, 24),)),)


def test_begins_with_the_first_frame_where_that_is_not_stored() -> None:
    assert Reception(10, stored=((1, 3),)).next_sequence == 0


def test_loses_nothing_that_is_stored() -> None:
    reception = Reception(10, stored=((2, 3), (5, 6)))
    reception.accept(8, 1)
    reception.end(9)
    assert reception.lost.losses("gap") == (Loss("gap", ((0, 1), (4, 4), (7, 7))),)
    assert reception.received == 5


def test_refuses_an_end_before_what_is_stored() -> None:
    with pytest.raises(MalformedFrames, match="at sequence 7 of 10, but 6 frames"):
        Reception(10, stored=((0, 1), (5, 6))).end(6)


@given(data=st.data())
def test_delivers_each_frame_once_whatever_breaks_and_comes_again(data: st.DataObject) -> None:
    announced = data.draw(st.integers(1, 60), "announced")
    stored = data.draw(st.sets(st.integers(0, announced - 1)), "stored")
    reception = Reception(announced, stored=ranges_of(stored))
    delivered: list[int] = []
    position = 0
    for _ in range(data.draw(st.integers(0, 30), "events")):
        if data.draw(st.booleans(), "breaks"):
            # A server may begin anywhere up to what was asked for.
            position = data.draw(st.integers(0, reception.next_sequence), "from")
            reception.attach(position)
        elif position < announced:
            count = data.draw(st.integers(1, announced - position), "count")
            for first, end in reception.accept(position, count):
                delivered += range(first, end)
            position += count
    lowest = max([reception.next_sequence, *(one + 1 for one in stored)])
    reception.end(data.draw(st.integers(lowest, announced), "sent"))
    assert reception.sent is not None
    lost = {
        one
        for loss in reception.lost.losses("gap")
        for first, last in loss.ranges
        for one in range(first, last + 1)
    }
    assert sorted([*delivered, *stored, *lost]) == list(range(reception.sent))
    assert reception.received == len(delivered) + len(stored)
