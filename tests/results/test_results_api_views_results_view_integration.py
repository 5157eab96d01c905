"""results.api.views.ResultsView: what all REST views share, and their documentation."""

from typing import Any

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_the_schema_is_valid_without_a_warning(tmp_path: Any) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "s.yml"))


def test_the_schema_names_every_address() -> None:
    paths = APIClient().get("/api/schema/", {"format": "json"}).json()["paths"]
    sessions = "/api/sessions/{uuid}/"
    assert set(paths) == {
        "/api/classifiers/",
        "/api/report-schema/",
        "/api/sessions/",
        sessions,
        f"{sessions}calibration/",
        f"{sessions}comparison/{{other}}/",
        f"{sessions}comparison/{{other}}/flips/",
        f"{sessions}export.csv",
        f"{sessions}export.csv.manifest.json",
        f"{sessions}export.html",
        f"{sessions}export.json",
        f"{sessions}export.jsonl",
        f"{sessions}export.jsonl.manifest.json",
        f"{sessions}export.manifest.json",
        f"{sessions}export.parquet",
        f"{sessions}drift/",
        f"{sessions}history/",
        f"{sessions}latency/",
        f"{sessions}threshold/",
        f"{sessions}frames/{{sequence}}.png",
        f"{sessions}metrics/",
        f"{sessions}predictions/",
        f"{sessions}report/",
        f"{sessions}samples.zip",
        f"{sessions}samples/",
        f"{sessions}samples/{{position}}.png",
        f"{sessions}stop/",
        f"{sessions}verification/",
    }
    names = {one["name"] for one in paths[f"{sessions}predictions/"]["get"]["parameters"]}
    assert names >= {"class_id", "label", "confidence_min", "right", "after", "limit"}


def test_the_documentation_page_loads_nothing_from_elsewhere() -> None:
    page = APIClient().get("/api/docs/").content.decode()
    assert "swagger-ui" in page
    assert "http://" not in page
    assert "https://" not in page


def test_a_method_that_a_view_does_not_take_is_a_problem_in_json() -> None:
    response = APIClient().delete(f"/api/sessions/{make_session().uuid}/")
    assert (response.status_code, response.json()["code"]) == (405, "method-not-allowed")
