"""results.search.PredictionSearch, against a plain search of all rows, packed and not."""

from typing import Any

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from results.blocks import BLOCK_FRAMES, Criteria
from results.lifecycle import SessionState
from results.models import Prediction, Session
from results.search import Order, PredictionSearch
from results.services import seal_blocks
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db

BLOCKS, FRAMES = 4, 30
CASES = [
    pytest.param({}, id="all"),
    pytest.param({"class_id": 3}, id="class"),
    pytest.param({"class_id": 99}, id="no such class"),
    pytest.param({"label": 2}, id="label"),
    pytest.param({"right": True}, id="right"),
    pytest.param({"right": False, "confidence_max": 0.4}, id="wrong and unsure"),
    pytest.param({"confidence_min": 0.3, "confidence_max": 0.5}, id="between"),
    pytest.param({"confidence_min": 0.9999}, id="surest"),
]
# Half of it packed is a session that runs and whose first blocks were full; here they are not,
# as nothing in a search depends on it.
PACKED = [
    pytest.param(None, id="nothing packed"),
    pytest.param(2, id="half of it packed"),
    pytest.param(BLOCKS, id="all packed"),
]


def _session(packed: int | None) -> Session:
    session = make_session(SessionState.COMPLETED, announced=BLOCKS * BLOCK_FRAMES)
    random = np.random.default_rng(1)
    for number in range(BLOCKS):
        labels = [None if label == 10 else label for label in random.integers(0, 11, FRAMES)]
        batch = make_batch(FRAMES, start=number * BLOCK_FRAMES + 40 * number, seed=number % 2)
        make_predictions(session, batch, labels)
    make_predictions(make_session(SessionState.COMPLETED), make_batch(20), [3] * 20)
    if packed is not None:
        seal_blocks()
        session.refresh_from_db()
    if packed == 2:
        # As a process sees it that read the session before the rest was packed.
        session.sealed = 2 * BLOCK_FRAMES
        session.state = SessionState.RUNNING
    return session


def _plainly(session: Session, wanted: dict[str, Any], order: Order) -> list[int]:
    def fits(row: Prediction) -> bool:
        right = None if row.label is None else row.label == row.class_id
        return (
            wanted.get("class_id") in (None, row.class_id)
            and wanted.get("label") in (None, row.label)
            and wanted.get("right") in (None, right)
            and wanted.get("confidence_min", 0) <= row.confidence <= wanted.get("confidence_max", 1)
        )

    sign = {Order.SEQUENCE: 0, Order.LEAST_SURE: 1, Order.MOST_SURE: -1}[order]
    rows = [row for row in Prediction.objects.filter(session=session) if fits(row)]
    return [row.sequence for row in sorted(rows, key=lambda r: (sign * r.confidence, r.sequence))]


@pytest.mark.parametrize("packed", PACKED)
@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("wanted", CASES)
def test_its_pages_are_what_a_plain_search_finds(
    wanted: dict[str, Any], order: Order, packed: int | None
) -> None:
    session = _session(packed)
    search = PredictionSearch(session, Criteria(**wanted), order)
    found, after = [], None
    while True:
        page = search.page(7, after=after)
        assert len(page.rows) == 7 or page.next_after is None
        found += [row.sequence for row in page.rows]
        after = page.next_after
        if after is None:
            break
    assert found == _plainly(session, wanted, order)
    assert search.count() == len(found)


def test_looks_into_no_more_blocks_than_a_page_needs(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    session = _session(BLOCKS)
    with django_assert_num_queries(3):  # what the blocks hold, one of them, the predictions
        assert len(PredictionSearch(session, Criteria(confidence_max=1)).page(5).rows) == 5
    with django_assert_num_queries(1):  # what they hold says that there is nothing
        assert not PredictionSearch(session, Criteria(class_id=99)).page(5).rows


def test_after_a_prediction_that_there_is_not_comes_nothing_by_confidence() -> None:
    session = _session(BLOCKS)
    page = PredictionSearch(session, order=Order.MOST_SURE).page(5, after=12_345)
    assert (page.rows, page.next_after) == ([], None)


def test_leaves_out_what_was_deleted_since_it_was_packed() -> None:
    session = _session(BLOCKS)
    Prediction.objects.filter(session=session, sequence=0).delete()
    rows = PredictionSearch(session, Criteria(confidence_min=0)).page(3).rows
    assert [row.sequence for row in rows] == [1, 2, 3]


def test_counts_by_the_tallies_where_they_say_enough(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    session = _session(BLOCKS)
    with django_assert_num_queries(1):
        assert PredictionSearch(session, Criteria(right=False, confidence_max=1)).count() > 0
    with django_assert_num_queries(0):
        assert PredictionSearch(session).count() == BLOCKS * FRAMES
