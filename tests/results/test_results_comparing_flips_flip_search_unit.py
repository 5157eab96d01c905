"""results.comparing.flips.FlipSearch: frames that two sessions see differently, by pages."""

from typing import Any

import pytest

from results.comparing import flips
from results.comparing.comparison import Flip
from results.comparing.flips import FlipCriteria, FlippedFrame, FlipSearch, Said
from results.comparing.pairing import pair_sessions
from tests.results.pairs import drawn, make_pair, make_stream, said, seal

pytestmark = pytest.mark.django_db

FIRST, SECOND = drawn(300, 1, 4), drawn(300, 2, 4)
LABELS = [None if label == 4 else label for label in drawn(300, 3, 5)]


def _wanted(criteria: FlipCriteria) -> list[int]:
    rows = []
    for sequence, (one, other, label) in enumerate(zip(FIRST, SECOND, LABELS, strict=True)):
        kinds = {
            None: one != other,
            Flip.ONLY_FIRST: label is not None and one == label != other,
            Flip.ONLY_SECOND: label is not None and other == label != one,
            Flip.BOTH_WRONG: label is not None and len({one, other, label}) == 3,
        }
        wanted = (
            (criteria.label, label),
            (criteria.first_class_id, one),
            (criteria.second_class_id, other),
        )
        if kinds[criteria.kind] and one != other and all(a in (None, b) for a, b in wanted):
            rows.append(sequence)
    return rows


@pytest.mark.parametrize("packed", [pytest.param(True, id="packed"), pytest.param(False, id="not")])
@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param({}, id="all"),
        pytest.param({"kind": Flip.ONLY_FIRST}, id="only the first right"),
        pytest.param({"kind": Flip.ONLY_SECOND}, id="only the second right"),
        pytest.param({"kind": Flip.BOTH_WRONG}, id="both wrong"),
        pytest.param({"label": 2}, id="a label"),
        pytest.param({"first_class_id": 1, "second_class_id": 3}, id="from one to another"),
        pytest.param({"kind": Flip.BOTH_WRONG, "label": 0, "first_class_id": 1}, id="several"),
        pytest.param({"first_class_id": 1, "second_class_id": 1}, id="the same, which is none"),
    ],
)
def test_pages_give_every_flip_that_fits_once(wanted: dict[str, Any], packed: bool) -> None:
    first, second = make_pair(FIRST, SECOND, LABELS)
    if packed:
        seal(first, second)
    search = FlipSearch(pair_sessions(first, second), FlipCriteria(**wanted))
    found: list[int] = []
    after: int | None = None
    while True:
        page = search.page(7, after)
        found += [row.sequence for row in page.rows]
        if page.next_after is None:
            break
        assert len(page.rows) == 7
        after = page.next_after
    assert found == _wanted(search.criteria)


def test_a_flip_says_what_each_said_and_where_it_is() -> None:
    first = make_stream("a", frames=10, offset=5)
    second = make_stream("b", frames=10, offset=2, dataset=first.dataset)
    said(first, [1] * 7, [3] * 7)
    said(second, [1] * 4 + [2] * 6, [3] * 10)
    page = FlipSearch(pair_sessions(first, second)).page(1)
    row = first.predictions.get(sequence=1)
    other = second.predictions.get(sequence=4)
    assert page.next_after == 1
    assert page.rows == [
        FlippedFrame(
            sequence=1,
            other_sequence=4,
            frame=6,
            label=3,
            first=Said(1, row.confidence),
            second=Said(2, other.confidence),
        )
    ]


@pytest.mark.parametrize("packed", [pytest.param(True, id="packed"), pytest.param(False, id="not")])
@pytest.mark.parametrize("stretch", [1, 50, 1000])
def test_the_one_before_is_the_last_that_fits(
    monkeypatch: pytest.MonkeyPatch, packed: bool, stretch: int
) -> None:
    monkeypatch.setattr(flips, "BLOCK_FRAMES", stretch)
    first, second = make_pair(FIRST, SECOND, LABELS)
    if packed:
        seal(first, second)
    search = FlipSearch(pair_sessions(first, second), FlipCriteria(kind=Flip.BOTH_WRONG, label=0))
    wanted = _wanted(search.criteria)
    assert len(wanted) > 5
    for sequence in (0, wanted[0], wanted[0] + 1, wanted[3], wanted[-1] + 1, 299):
        before = [one for one in wanted if one < sequence]
        assert search.last_before(sequence) == (before[-1] if before else None)


def test_the_one_before_is_found_where_the_sessions_began_at_different_frames() -> None:
    first = make_stream("a", frames=10, offset=2)
    second = make_stream("b", frames=10, offset=5, dataset=first.dataset)
    said(first, [1] * 10)
    said(second, [1, 2, 2] + [1] * 7)
    search = FlipSearch(pair_sessions(first, second))
    assert [search.last_before(sequence) for sequence in (4, 5, 9)] == [None, 4, 5]
