"""access.rest.RequestThrottle."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from pytest_django import Settings

from tests.access.conftest import bearer, make_token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_limits")]


def test_answers_429_and_says_when_to_come_back(settings: Settings) -> None:
    settings.REQUESTS_PER_MINUTE = 2
    client = Client()
    assert [client.get("/api/sessions/").status_code for _ in range(3)] == [200, 200, 429]
    refused = client.get("/api/classifiers/")
    assert refused.json()["code"] == "throttled"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


def test_people_and_tokens_are_counted_apart_from_their_address(settings: Settings) -> None:
    settings.REQUESTS_PER_MINUTE = 1
    alice = Client()
    alice.force_login(get_user_model().objects.create_user("alice"))
    _, text = make_token()
    for client, headers in ((Client(), {}), (alice, {}), (Client(), bearer(text))):
        answers = [client.get("/api/sessions/", headers=headers).status_code for _ in range(2)]
        assert answers == [200, 429]


def test_other_addresses_go_on(settings: Settings) -> None:
    settings.REQUESTS_PER_MINUTE = 1
    for number in range(1, 4):
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        assert client.get("/api/sessions/").status_code == 200
        assert client.get("/api/sessions/").status_code == 429
