"""results.api.views.ReportSchema: the JSON Schema of reports."""

from rest_framework.test import APIClient

from results.report import report_schema


def test_serves_the_schema_that_reports_are_validated_by() -> None:
    response = APIClient().get("/api/report-schema/")
    assert response["Content-Type"] == "application/schema+json"
    assert response.json() == report_schema()
