"""results.api.views.MetricsDetail: metrics over REST."""

import pytest
from rest_framework.test import APIClient

from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


def test_measures_what_is_stored_while_the_session_runs() -> None:
    session = make_session()
    make_predictions(session, make_batch(4, class_ids=[0, 1, 1, 2]), [0, 1, 2, 2])
    body = APIClient().get(f"/api/sessions/{session.uuid}/metrics/").json()
    assert body["accuracy"] == 0.75
    assert body["labelled"] == 4
    assert body["per_class"][1]["precision"] == 0.5
    assert body["per_class"][9]["recall"] is None
    assert body["confusion_matrix"][2][1] == 1


def test_without_labels_there_is_no_accuracy() -> None:
    session = make_session()
    body = APIClient().get(f"/api/sessions/{session.uuid}/metrics/").json()
    assert (body["accuracy"], body["macro_f1"], body["labelled"]) == (None, None, 0)
