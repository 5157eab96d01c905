"""access.services.check_still_valid."""

import pytest
from django.utils import timezone

from access.errors import TokenRefused
from access.services import check_still_valid
from tests.access.conftest import make_token

pytestmark = pytest.mark.django_db


def test_lets_a_valid_token_pass() -> None:
    check_still_valid(make_token()[0].pk)


def test_refuses_one_that_was_revoked_or_deleted_meanwhile() -> None:
    token, _ = make_token(revoked_at=timezone.now())
    with pytest.raises(TokenRefused, match="revoked"):
        check_still_valid(token.pk)
    number = token.pk
    token.delete()
    with pytest.raises(TokenRefused, match="deleted"):
        check_still_valid(number)
