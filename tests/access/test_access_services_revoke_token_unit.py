"""access.services.revoke_token."""

import pytest

from access.services import revoke_token
from tests.access.conftest import make_token

pytestmark = pytest.mark.django_db


def test_ends_the_validity_the_first_time() -> None:
    token, _ = make_token()
    revoke_token(token)
    token.refresh_from_db()
    first = token.revoked_at
    assert first is not None and token.state() == "revoked"
    revoke_token(token)
    token.refresh_from_db()
    assert token.revoked_at == first
