"""access.services.token_of."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.db.models import QuerySet
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from access.errors import TokenRefused
from access.models import AccessToken
from access.services import token_of
from access.tokens import new_token
from tests.access.conftest import make_token

pytestmark = pytest.mark.django_db


def test_finds_a_token_by_its_text() -> None:
    make_token(name="other")
    token, text = make_token()
    assert token_of(text) == token


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({"revoked_at": timezone.now()}, "'token' is revoked", id="revoked"),
        pytest.param({"expires_at": timezone.now()}, "'token' is expired", id="expired"),
    ],
)
def test_refuses_one_that_is_no_longer_valid(fields: dict[str, Any], message: str) -> None:
    _, text = make_token(**fields)
    with pytest.raises(TokenRefused, match=message) as refused:
        token_of(text)
    assert text not in str(refused.value)


def test_refuses_one_that_nobody_made() -> None:
    make_token()
    text = new_token()
    with pytest.raises(TokenRefused, match="no such token") as refused:
        token_of(text)
    assert text not in str(refused.value)


@pytest.mark.parametrize("text", ["", "x", "é" * 47, "\0", "fst_" + "a" * 1_000_000])
def test_asks_the_database_for_nothing_that_cannot_be_one(
    text: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0), pytest.raises(TokenRefused):
        token_of(text)


def test_a_hash_is_no_token() -> None:
    token, _ = make_token()
    for text in (token.sha256, f"fst_{token.sha256[:43]}"):
        with pytest.raises(TokenRefused):
            token_of(text)


def test_notes_the_use_at_most_once_a_minute(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    token, text = make_token()
    token_of(text)
    token.refresh_from_db()
    first = token.last_used_at
    assert first is not None
    with django_assert_num_queries(1):
        token_of(text)
    AccessToken.objects.update(last_used_at=first - timedelta(minutes=1))
    token_of(text)
    token.refresh_from_db()
    assert token.last_used_at is not None and token.last_used_at >= first


def test_lets_nobody_wait_where_the_use_cannot_be_noted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    token, text = make_token()
    with patch.object(QuerySet, "update", side_effect=OperationalError("database is locked")):
        assert token_of(text) == token
    assert "could not be noted" in caplog.text
    assert text not in caplog.text
