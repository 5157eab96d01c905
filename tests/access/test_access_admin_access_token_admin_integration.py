"""access.admin.AccessTokenAdmin."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from access.models import AccessToken
from access.services import token_of
from tests.access.conftest import make_token

pytestmark = pytest.mark.django_db

LIST = "/admin/access/accesstoken/"


def _client(*permissions: str) -> Client:
    user = get_user_model().objects.create_user("staff", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def test_shows_a_new_token_once() -> None:
    client = _client("add_accesstoken", "view_accesstoken")
    response = client.post(f"{LIST}add/", {"name": "edge", "can_stream": "on"}, follow=True)
    (text,) = re.findall(r"fst_[\w-]{43}", response.content.decode())
    token = token_of(text)
    assert (token.name, token.can_stream, token.can_read) == ("edge", True, False)
    assert "no-store" in response.headers["Cache-Control"]
    for path in (LIST, f"{LIST}{token.pk}/change/", "/admin/", f"{LIST}{token.pk}/history/"):
        page = client.get(path).content.decode()
        assert text not in page and token.sha256 not in page
    assert not re.search("fst_[A-Za-z0-9_-]{43}", str(client.cookies))


def test_refuses_one_that_is_for_nothing() -> None:
    client = _client("add_accesstoken", "view_accesstoken")
    page = client.post(f"{LIST}add/", {"name": "edge"}).content.decode()
    assert "errorlist" in page
    assert not AccessToken.objects.exists()


def test_revokes_those_chosen() -> None:
    client = _client("add_accesstoken", "view_accesstoken")
    tokens = [make_token(name=name)[0] for name in ("a", "b", "c")]
    chosen = [token.pk for token in tokens[:2]]
    client.post(LIST, {"action": "revoke", "_selected_action": chosen})
    assert [token.state() for token in AccessToken.objects.all()] == ["revoked", "revoked", "valid"]


def test_who_may_only_look_makes_and_revokes_none() -> None:
    client = _client("view_accesstoken")
    token, _ = make_token()
    assert client.get(LIST).status_code == 200
    assert client.get(f"{LIST}add/").status_code == 403
    client.post(LIST, {"action": "revoke", "_selected_action": [token.pk]})
    token.refresh_from_db()
    assert token.state() == "valid"


def test_nobody_changes_or_deletes_one() -> None:
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("admin"))
    token, _ = make_token()
    assert client.post(f"{LIST}{token.pk}/change/", {"name": "other"}).status_code == 403
    assert client.post(f"{LIST}{token.pk}/delete/", {"post": "yes"}).status_code == 403
    assert AccessToken.objects.get().name == "token"
