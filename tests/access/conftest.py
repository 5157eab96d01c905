"""A server on a network, tokens and limits that begin anew, for tests."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from access import policy
from access.models import AccessToken
from access.roles import Scope
from access.services import create_token

BOTH = (Scope.STREAM, Scope.READ)


@pytest.fixture
def network(settings: Settings) -> Settings:
    """The settings of a server on a network, without TLS."""
    settings.ACCESS = "network"
    return settings


@pytest.fixture
def fresh_limits() -> Iterator[None]:
    """Limits that have counted nothing yet, and leave nothing counted."""
    policy.forget()
    yield
    policy.forget()


def make_token(*scopes: Scope, name: str = "token", **fields: Any) -> tuple[AccessToken, str]:
    """A stored token for these scopes, for both where none is named, and its text."""
    token, text = create_token(name=name, scopes=scopes or BOTH)
    for field, value in fields.items():
        setattr(token, field, value)
    token.save()
    return token, text


def bearer(text: str) -> dict[str, str]:
    """The header that brings a token, for Django's test client."""
    return {"Authorization": f"Bearer {text}"}
