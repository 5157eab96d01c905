"""Predictions, and what the database itself refuses of them."""

import pytest
from django.db import IntegrityError

from results.models import Prediction
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


def test_a_frame_has_one_prediction() -> None:
    session = make_session()
    make_predictions(session, make_batch(1))
    with pytest.raises(IntegrityError):
        make_predictions(session, make_batch(1))


@pytest.mark.parametrize("confidence", [-0.1, 1.1])
def test_the_database_refuses_a_confidence_that_is_no_fraction(confidence: float) -> None:
    with pytest.raises(IntegrityError):
        Prediction.objects.create(
            session=make_session(),
            sequence=0,
            class_id=0,
            confidence=confidence,
            probabilities=b"",
            latency_ms=1.0,
        )


def test_says_which_it_is() -> None:
    session = make_session()
    prediction = Prediction(session=session, sequence=5, class_id=3, confidence=0.25)
    assert str(prediction) == f"{session.uuid}/5: 3 (0.250)"
