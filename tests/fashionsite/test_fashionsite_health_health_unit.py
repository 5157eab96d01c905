"""fashionsite.health.health."""

from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings


@pytest.mark.django_db
@pytest.mark.parametrize("access", ["local", "network"])
def test_answers_whoever_asks(settings: Settings, access: str) -> None:
    settings.ACCESS = access
    response = Client().get("/health/")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response.headers["Cache-Control"]
    assert Client().post("/health/").status_code == 405


@pytest.mark.django_db
def test_is_reached_without_tls_by_a_probe_on_the_same_machine(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/health/").status_code == 200
    assert Client().get("/sign-in/").status_code == 301


def test_says_so_where_the_database_is_away() -> None:
    with patch(
        "fashionsite.health.connection.cursor", side_effect=OperationalError("password of bob")
    ):
        response = Client().get("/health/")
    assert (response.status_code, response.json()) == (503, {"status": "no-database"})
