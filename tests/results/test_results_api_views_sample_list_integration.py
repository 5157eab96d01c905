"""results.api.views.SampleList: the sample pictures of a report."""

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tests.results.conftest import make_report, make_session

pytestmark = pytest.mark.django_db


def test_lists_each_sample_with_the_address_of_its_picture(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    report = make_report()
    with django_assert_num_queries(3):
        rows = APIClient().get(f"/api/sessions/{report.session_id}/samples/").json()
    assert [row["position"] for row in rows] == list(range(10))
    sample = report.samples.get(position=3)
    assert (rows[3]["sequence"], rows[3]["class_id"]) == (sample.sequence, sample.class_id)
    assert rows[3]["class_name"] == report.session.classifier.class_names[sample.class_id]
    response = APIClient().get(rows[3]["png"])
    assert response.status_code == 200


def test_says_so_when_there_is_no_report() -> None:
    response = APIClient().get(f"/api/sessions/{make_session().uuid}/samples/")
    assert (response.status_code, response.json()["code"]) == (404, "report-not-found")
