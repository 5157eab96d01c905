"""results.search.narrowed: criteria as the database takes them."""

from typing import Any

import pytest

from results.blocks import Criteria
from results.models import Prediction
from results.search import narrowed
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("wanted", "sequences"),
    [
        pytest.param({}, [0, 1, 2, 3, 4], id="all"),
        pytest.param({"class_id": 0}, [0], id="class zero"),
        pytest.param({"label": 0}, [0], id="label zero"),
        pytest.param({"right": True}, [0, 1, 4], id="right"),
        pytest.param({"right": False}, [2], id="wrong"),
        pytest.param({"class_id": 1, "right": True}, [1, 4], id="together"),
    ],
)
def test_finds_what_fits(wanted: dict[str, Any], sequences: list[int]) -> None:
    session = make_session()
    make_predictions(session, make_batch(5, class_ids=[0, 1, 1, 2, 1]), [0, 1, 2, None, 1])
    found = Prediction.objects.filter(narrowed(Criteria(**wanted)))
    assert sorted(found.values_list("sequence", flat=True)) == sequences


def test_bounds_of_confidence_are_included() -> None:
    session, batch = make_session(), make_batch(20)
    make_predictions(session, batch)
    confidences = sorted(batch.confidences.tolist())
    criteria = Criteria(confidence_min=confidences[4], confidence_max=confidences[11])
    found = Prediction.objects.filter(narrowed(criteria))
    assert sorted(found.values_list("confidence", flat=True)) == confidences[4:12]
