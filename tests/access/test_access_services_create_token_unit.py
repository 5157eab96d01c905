"""access.services.create_token."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.forms import model_to_dict
from django.utils import timezone

from access.models import AccessToken
from access.roles import Scope
from access.services import create_token
from access.tokens import hash_token, is_token

pytestmark = pytest.mark.django_db


def test_keeps_the_hash_and_nothing_else_of_the_text() -> None:
    expires_at = timezone.now() + timedelta(days=3)
    token, text = create_token(name="edge-1", scopes=[Scope.STREAM], expires_at=expires_at)
    assert is_token(text)
    stored = AccessToken.objects.get()
    assert stored == token
    assert (stored.sha256, stored.expires_at) == (hash_token(text), expires_at)
    assert text not in str(model_to_dict(stored)) + str(stored.sha256)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        pytest.param({"name": "taken"}, "already exists", id="a name twice"),
        pytest.param({"name": "../up"}, "letters, digits", id="a name that leads elsewhere"),
        pytest.param({"scopes": []}, "for streaming, for reading", id="for nothing"),
    ],
)
def test_refuses(changed: dict[str, Any], message: str) -> None:
    create_token(name="taken", scopes=[Scope.READ])
    with pytest.raises(ValidationError, match=message):
        create_token(**{"name": "new", "scopes": [Scope.READ], **changed})
    assert AccessToken.objects.count() == 1
