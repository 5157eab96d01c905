"""results.api.views.VerificationDetail: what the server makes of a report."""

import pytest
from rest_framework.test import APIClient

from tests.results.conftest import make_report, make_session

pytestmark = pytest.mark.django_db


def test_tells_whether_the_summary_was_confirmed_and_the_metrics() -> None:
    report = make_report()
    body = APIClient().get(f"/api/sessions/{report.session_id}/verification/").json()
    assert body["verified"] is True
    assert body["discrepancies"] == []
    assert body["metrics"] == report.metrics
    assert body["submitted_at"]


def test_says_so_when_there_is_no_report() -> None:
    response = APIClient().get(f"/api/sessions/{make_session().uuid}/verification/")
    assert (response.status_code, response.json()["code"]) == (404, "report-not-found")
