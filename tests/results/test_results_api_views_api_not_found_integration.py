"""results.api.views.api_not_found: unknown addresses under /api/."""

import pytest
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


def test_an_unknown_address_is_a_problem_in_json() -> None:
    response = APIClient().get("/api/nothing/")
    assert response.status_code == 404
    assert response.json() == {
        "code": "not-found",
        "detail": "nothing is at /api/nothing/; see /api/docs/",
    }


def test_a_missing_slash_is_forgiven() -> None:
    response = APIClient().get("/api/sessions")
    assert response.status_code == 301
    assert response["Location"] == "/api/sessions/"
