"""access.visitors.visitor_of."""

import pytest
from django.contrib.auth import get_user_model
from django.test import RequestFactory

from access.visitors import visitor_of
from tests.access.conftest import make_token


@pytest.mark.django_db
def test_is_the_signed_in_person_or_the_token() -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1")
    assert visitor_of(request).is_anonymous
    request.user = get_user_model().objects.create_user("alice")
    assert visitor_of(request).user_id == request.user.pk
    token, _ = make_token()
    assert visitor_of(request, token).key == f"token:{token.pk}"
    assert visitor_of(request, token).address == "192.0.2.1"
