"""A prediction as a row."""

import pytest

from results.exports.rows import prediction_row
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("label", "label_name", "right"),
    [
        pytest.param(1, "Trouser", True, id="right"),
        pytest.param(2, "Pullover", False, id="wrong"),
        pytest.param(None, None, None, id="unlabelled"),
    ],
)
def test_names_class_and_label(
    label: int | None, label_name: str | None, right: bool | None
) -> None:
    session, batch = make_session(), make_batch(1, class_ids=[1])
    prediction = make_predictions(session, batch, [label])[0]
    assert prediction_row(prediction) == {
        "session": str(session.uuid),
        "sequence": 0,
        "class_id": 1,
        "class_name": "Trouser",
        "confidence": prediction.confidence,
        "latency_ms": prediction.latency_ms,
        "label": label,
        "label_name": label_name,
        "right": right,
    }
