"""Predictions in the admin."""

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from results.admin import predictions as predictions_admin
from results.models import Prediction
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db

LIST = "/admin/results/prediction/"


def _act(client: Client, action: str, *predictions: Prediction) -> Any:
    chosen = [str(prediction.pk) for prediction in predictions]
    return client.post(LIST, {"action": action, "_selected_action": chosen})


def test_the_list_takes_as_many_queries_for_one_as_for_many(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        make_predictions(make_session(), make_batch(20), [1] * 20)
    with django_assert_max_num_queries(7):
        assert admin_client.get(LIST).status_code == 200


def test_are_those_of_one_session_by_a_link(admin_client: Client) -> None:
    session = make_session()
    wanted = make_predictions(session, make_batch(3))
    make_predictions(make_session(), make_batch(3))
    response = admin_client.get(LIST, {"session__exact": str(session.uuid)})
    assert list(response.context["cl"].result_list) == wanted


def test_a_link_that_is_no_id_is_no_error_of_the_server(admin_client: Client) -> None:
    assert admin_client.get(LIST, {"session__exact": "nonsense"}).status_code == 302


def test_shows_one_and_lets_nothing_be_changed(admin_client: Client) -> None:
    prediction = make_predictions(make_session(), make_batch(1, class_ids=[9]))[0]
    address = f"{LIST}{prediction.pk}"
    page = admin_client.get(f"{address}/change/").content.decode()
    assert "Ankle boot" in page
    assert 'name="_save"' not in page
    assert admin_client.get(f"{LIST}add/").status_code == 403
    assert admin_client.post(f"{address}/change/", {}).status_code == 403
    assert admin_client.post(f"{address}/delete/", {"post": "yes"}).status_code == 403


def test_exports_a_row_a_prediction_as_csv(admin_client: Client) -> None:
    predictions = make_predictions(make_session(), make_batch(3), [1, 2, 3])
    response = _act(admin_client, "export_csv", *predictions[:2])
    rows = list(csv.DictReader(io.StringIO(response.content.decode(), newline="")))
    assert [row["sequence"] for row in rows] == ["0", "1"]
    assert float(rows[0]["confidence"]) == predictions[0].confidence


def test_exports_an_object_a_prediction_as_json(admin_client: Client) -> None:
    predictions = make_predictions(make_session(), make_batch(3))
    response = _act(admin_client, "export_json", *predictions)
    assert [row["sequence"] for row in json.loads(response.content)] == [0, 1, 2]


def test_an_export_that_is_too_long_is_refused_and_says_how_else(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predictions_admin, "MOST_EXPORTED", 2)
    predictions = make_predictions(make_session(), make_batch(3))
    assert _act(admin_client, "export_csv", *predictions).status_code == 302
    assert "under Downloads" in admin_client.get(LIST).content.decode()
    assert _act(admin_client, "export_json", *predictions[:2]).status_code == 200


def test_leads_to_the_page_of_its_frame(admin_client: Client) -> None:
    (prediction,) = make_predictions(make_session(), make_batch(1))
    page = admin_client.get(f"{LIST}{prediction.pk}/change/").content.decode()
    assert f'href="/sessions/{prediction.session_id}/frames/0/"' in page
