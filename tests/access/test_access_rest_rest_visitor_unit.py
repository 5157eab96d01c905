"""access.rest.rest_visitor."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory, force_authenticate

from access.rest import rest_visitor
from tests.access.conftest import make_token


@pytest.mark.django_db
def test_is_the_person_or_the_token() -> None:
    alice = get_user_model().objects.create_user("alice")
    token: Any = make_token()[0]  # the stubs know DRF's own tokens only
    request = APIRequestFactory().get("/")
    assert rest_visitor(Request(request)).is_anonymous
    force_authenticate(request, alice)
    assert rest_visitor(Request(request)).user_id == alice.pk
    force_authenticate(request, alice, token)
    assert rest_visitor(Request(request)).owner.token_id == token.pk
