"""results.views.errors.not_found, and the other pages that say what went wrong."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

pytestmark = pytest.mark.django_db


def test_an_unknown_address_gives_a_page_with_a_way_back() -> None:
    response = Client().get("/nothing/here/")
    assert response.status_code == 404
    page = response.content.decode()
    assert "Nothing is here" in page
    assert 'href="/"' in page


def test_a_program_gets_json() -> None:
    assert Client().get("/api/nothing/").json()["code"] == "not-found"


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_each_page_needs_neither_request_nor_database(name: str) -> None:
    page = render_to_string(f"{name}.html")
    assert name[:3] in page
    assert "All sessions" in page
