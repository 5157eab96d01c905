"""access.models.AccessToken."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from access.models import AccessToken
from access.roles import Scope
from tests.access.conftest import make_token

pytestmark = pytest.mark.django_db


def test_knows_its_scopes() -> None:
    assert make_token(Scope.READ, name="a")[0].scopes == {Scope.READ}
    assert make_token(Scope.STREAM, Scope.READ, name="b")[0].scopes == {Scope.STREAM, Scope.READ}


def test_is_for_something() -> None:
    with pytest.raises(IntegrityError, match="token_is_for_something"):
        AccessToken.objects.create(name="idle", sha256="0" * 64)


def test_is_valid_until_it_expires_or_is_revoked() -> None:
    now = timezone.now()
    token, _ = make_token(expires_at=now + timedelta(days=1))
    assert token.state() == "valid"
    assert token.state(now + timedelta(days=1)) == "expired"
    token.revoked_at = now
    assert token.state() == token.state(now + timedelta(days=1)) == "revoked"


def test_is_valid_as_long_as_its_owners_account() -> None:
    owner = get_user_model().objects.create_user("alice")
    token, _ = make_token(owner=owner)
    assert token.state() == "valid"
    owner.is_active = False
    assert token.state() == "revoked"


@pytest.mark.parametrize("name", ["", "../a", "a/b", "-a", ".a", "a b", "a\n", "a" * 65])
def test_is_called_so_that_a_file_can_be(name: str) -> None:
    token, _ = make_token()
    token.name = name
    with pytest.raises(ValidationError):
        token.full_clean()
