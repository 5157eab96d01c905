"""access.visitors.make_visitor."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser

from access.roles import Scope, Visitor
from access.visitors import make_visitor
from tests.access.conftest import make_token

pytestmark = pytest.mark.django_db


def test_knows_a_person() -> None:
    alice = get_user_model().objects.create_user("alice", is_staff=True)
    assert make_visitor("::", user=alice) == Visitor(address="::", user_id=alice.pk, is_staff=True)


def test_knows_a_stranger() -> None:
    assert make_visitor("::") == make_visitor("::", user=AnonymousUser()) == Visitor(address="::")


def test_who_brings_a_token_has_no_more_rights_than_the_token() -> None:
    admin = get_user_model().objects.create_superuser("admin")
    token, _ = make_token(Scope.READ)
    expected = Visitor(address="::", token_id=token.pk, scopes=frozenset({Scope.READ}))
    assert make_visitor("::", user=admin, token=token) == expected
