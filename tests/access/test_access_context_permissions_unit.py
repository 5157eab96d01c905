"""access.context.permissions."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from pytest_django import Settings

from access.context import permissions


@pytest.mark.parametrize(
    ("access", "user", "expected"),
    [
        ("local", AnonymousUser(), {"asks_for_sign_in": False, "may_start": True}),
        ("network", AnonymousUser(), {"asks_for_sign_in": True, "may_start": False}),
        ("network", get_user_model()(pk=1), {"asks_for_sign_in": True, "may_start": True}),
    ],
)
def test_tells_templates_what_to_offer(
    settings: Settings, access: str, user: Any, expected: dict[str, bool]
) -> None:
    settings.ACCESS = access
    request = RequestFactory().get("/")
    request.user = user
    assert permissions(request) == expected
