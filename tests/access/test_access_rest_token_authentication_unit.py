"""access.rest.TokenAuthentication."""

import pytest
from django.test import Client

from access.rest import TokenAuthentication
from access.tokens import new_token
from tests.access.conftest import bearer, make_token

pytestmark = pytest.mark.django_db


def test_a_wrong_token_is_refused_even_where_none_is_needed() -> None:
    text = new_token()
    response = Client().get("/api/sessions/", headers=bearer(text))
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="fashionsite"'
    assert response.json() == {"code": "token-refused", "detail": "no such token is known here"}


def test_a_token_passes() -> None:
    _, text = make_token()
    assert Client().get("/api/sessions/", headers=bearer(text)).status_code == 200


def test_names_and_passwords_are_for_the_sign_in_page_alone() -> None:
    classes = Client().get("/api/schema/", {"format": "json"}).json()
    assert {
        scheme["type"] + scheme.get("scheme", "")
        for scheme in classes["components"]["securitySchemes"].values()
    } == {"httpbearer", "apiKey"}


def test_has_a_challenge() -> None:
    # With it, DRF answers 401 to who brings nothing; without, 403.
    assert TokenAuthentication().authenticate_header(None)  # type: ignore[arg-type]  # unused
