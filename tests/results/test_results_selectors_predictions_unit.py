"""Predictions narrowed down."""

from typing import Any

import pytest

from results.selectors import predictions
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


CLASS_IDS = [0, 1, 1, 2, 1]
LABELS = [0, 1, 2, None, 1]


@pytest.mark.parametrize(
    ("wanted", "sequences"),
    [
        pytest.param({}, [0, 1, 2, 3, 4], id="all"),
        pytest.param({"class_id": 1}, [1, 2, 4], id="class"),
        pytest.param({"class_id": 0}, [0], id="class-zero"),
        pytest.param({"right": True}, [0, 1, 4], id="right"),
        pytest.param({"right": False}, [2], id="wrong"),
        pytest.param({"after": 2}, [3, 4], id="after"),
        pytest.param({"after": 0}, [1, 2, 3, 4], id="after-the-first"),
        pytest.param({"class_id": 1, "right": True, "after": 1}, [4], id="together"),
    ],
)
def test_are_narrowed_and_in_order(wanted: dict[str, Any], sequences: list[int]) -> None:
    session = make_session()
    make_predictions(session, make_batch(5, class_ids=CLASS_IDS), LABELS)
    make_predictions(make_session(), make_batch(5, class_ids=CLASS_IDS), LABELS)
    found = predictions(session=session, **wanted)
    assert [prediction.sequence for prediction in found] == sequences


def test_bounds_of_confidence_are_included() -> None:
    session, batch = make_session(), make_batch(20)
    make_predictions(session, batch)
    confidences = sorted(batch.confidences.tolist())
    low, high = confidences[4], confidences[11]
    found = predictions(session=session, confidence_min=low, confidence_max=high)
    assert sorted(prediction.confidence for prediction in found) == confidences[4:12]
