"""results.api.filters.narrow_predictions: predictions by a query string."""

import pytest
from rest_framework.exceptions import ValidationError

from results.api.filters import narrow_predictions
from results.models import Session
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture(name="session")
def _session() -> Session:
    session = make_session()
    make_predictions(session, make_batch(4, class_ids=[0, 1, 1, 2]), [0, 1, 2, None])
    return session


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param({}, [0, 1, 2, 3], id="nothing"),
        pytest.param({"class_id": "", "right": ""}, [0, 1, 2, 3], id="a form left empty"),
        pytest.param({"class_id": "1"}, [1, 2], id="class"),
        pytest.param({"label": "2"}, [2], id="label"),
        pytest.param({"right": "true"}, [0, 1], id="right"),
        pytest.param({"right": "false"}, [2], id="wrong"),
        pytest.param({"confidence_min": "1"}, [], id="surest"),
        pytest.param({"order": "sequence"}, [0, 1, 2, 3], id="in order"),
        pytest.param({"unknown": "1", "after": "2"}, [0, 1, 2, 3], id="other names"),
    ],
)
def test_narrows_by_what_is_given(
    session: Session, query: dict[str, str], expected: list[int]
) -> None:
    assert [row.sequence for row in narrow_predictions(session, query).page(10).rows] == expected


@pytest.mark.parametrize(
    "query",
    [
        pytest.param({"class_id": "shoe"}, id="a name"),
        pytest.param({"confidence_min": "NaN"}, id="NaN"),
        pytest.param({"confidence_max": "1.01"}, id="more than sure"),
        pytest.param({"right": "maybe"}, id="neither"),
        pytest.param({"order": "latency_ms"}, id="an order that there is not"),
    ],
)
def test_refuses_what_is_out_of_range(session: Session, query: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        narrow_predictions(session, query)


def test_orders_by_confidence(session: Session) -> None:
    rows = narrow_predictions(session, {"order": "-confidence"}).page(10).rows
    confidences = [row.confidence for row in rows]
    assert len(confidences) == 4
    assert confidences == sorted(confidences, reverse=True)
