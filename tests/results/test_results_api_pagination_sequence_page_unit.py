"""results.api.pagination.SequencePage and sequence_page: pages that end exactly."""

import pytest

from results import selectors
from results.api.pagination import sequence_page
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("limit", "rows", "next_after"),
    [
        pytest.param(3, 3, 2, id="more follow"),
        pytest.param(5, 5, None, id="exactly all"),
        pytest.param(9, 5, None, id="fewer than asked for"),
    ],
)
def test_tells_where_the_next_page_starts(limit: int, rows: int, next_after: int | None) -> None:
    session = make_session()
    make_predictions(session, make_batch(5))
    page = sequence_page(selectors.predictions(session=session), limit)
    assert (len(page.rows), page.next_after) == (rows, next_after)
