"""results.selectors.recent_predictions."""

import pytest

from results.selectors import recent_predictions
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        pytest.param(3, [9, 8, 7], id="some"),
        pytest.param(50, list(range(9, -1, -1)), id="as many as there are"),
    ],
)
def test_those_of_the_highest_sequences_come_first(limit: int, expected: list[int]) -> None:
    session, other = make_session(), make_session()
    make_predictions(session, make_batch(10))
    make_predictions(other, make_batch(20))
    assert [row.sequence for row in recent_predictions(session, limit)] == expected


def test_before_the_first_there_are_none() -> None:
    assert not recent_predictions(make_session(), 5)
