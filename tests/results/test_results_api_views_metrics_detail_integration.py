"""results.api.views.MetricsDetail: metrics over REST."""

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from results.lifecycle import SessionState
from results.services.retention import prune_session
from tests.results.conftest import make_batch, make_predictions, make_report, make_session

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


def test_a_reported_session_was_measured_once_for_all(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    session = make_report().session
    address = f"/api/sessions/{session.uuid}/metrics/"
    before = APIClient().get(address).json()
    prune_session(session_uuid=session.pk, keep_report=True)
    with django_assert_num_queries(2):
        assert APIClient().get(address).json() == before
    assert before["labelled"] == 100


def test_says_that_predictions_were_deleted_before_they_were_counted() -> None:
    session = make_session(SessionState.FAILED)
    make_predictions(session, make_batch(4), [0, 1, 2, 2])
    prune_session(session_uuid=session.pk, keep_report=True)
    response = APIClient().get(f"/api/sessions/{session.uuid}/metrics/")
    assert (response.status_code, response.json()["code"]) == (410, "predictions-pruned")
    assert "were deleted on 20" in response.json()["detail"]
