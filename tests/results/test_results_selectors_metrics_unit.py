"""Metrics of a session from what is stored."""

import pytest
from sklearn.metrics import accuracy_score

from results.selectors import metrics
from tests.results.conftest import CLASS_NAMES, make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


def test_are_those_of_the_stored_predictions() -> None:
    session, batch = make_session(), make_batch(50)
    labels = [index % 10 for index in range(50)]
    make_predictions(session, batch, labels)
    measured = metrics(session)
    assert measured["accuracy"] == pytest.approx(accuracy_score(labels, batch.class_ids))
    assert [one["class_name"] for one in measured["per_class"]] == list(CLASS_NAMES)


def test_without_labels_are_none() -> None:
    session = make_session()
    make_predictions(session, make_batch(5))
    assert metrics(session)["accuracy"] is None
