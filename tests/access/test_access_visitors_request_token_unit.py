"""access.visitors.request_token."""

import pytest
from django.test import RequestFactory

from access.errors import TokenRefused
from access.visitors import request_token
from tests.access.conftest import make_token

pytestmark = pytest.mark.django_db


def test_reads_the_header() -> None:
    token, text = make_token()
    factory = RequestFactory()
    assert request_token(factory.get("/")) is None
    assert request_token(factory.get("/", HTTP_AUTHORIZATION="Basic YTpi")) is None
    assert request_token(factory.get("/", HTTP_AUTHORIZATION=f"Bearer {text}")) == token


def test_takes_none_from_an_address_or_a_form() -> None:
    _, text = make_token()
    assert request_token(RequestFactory().get("/", {"token": text})) is None
    assert request_token(RequestFactory().post("/", {"token": text})) is None


def test_refuses_a_wrong_one() -> None:
    with pytest.raises(TokenRefused):
        request_token(RequestFactory().get("/", HTTP_AUTHORIZATION="Bearer nonsense"))
