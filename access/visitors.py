"""Who makes a request: the person who is signed in, the token that was brought, the address."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from access.addresses import client_address
from access.models import AccessToken
from access.roles import Visitor
from access.services import token_of
from access.tokens import bearer_token


def address_of(request: HttpRequest) -> str:
    """The address that a request counts for."""
    return client_address(
        request.META.get("REMOTE_ADDR"),
        request.META.get("HTTP_X_FORWARDED_FOR"),
        behind_proxy=settings.BEHIND_PROXY,
    )


def request_token(request: HttpRequest) -> AccessToken | None:
    """The token that a request brings; None where it brings none.

    Raises:
        TokenRefused: it is unknown, revoked or expired.
    """
    text = bearer_token(request.META.get("HTTP_AUTHORIZATION"))
    return None if text is None else token_of(text)


def visitor_of(request: HttpRequest, token: AccessToken | None = None) -> Visitor:
    """Who makes a request, with the token that it was found to bring."""
    return make_visitor(address_of(request), user=getattr(request, "user", None), token=token)


def make_visitor(address: str, *, user: Any = None, token: AccessToken | None = None) -> Visitor:
    """A visitor; who brings a token acts as the token, whoever else they are."""
    if token is not None:
        return Visitor(
            address=address, token_id=token.pk, acts_for=token.owner_id, scopes=token.scopes
        )
    if user is None or not user.is_authenticated:
        return Visitor(address=address)
    return Visitor(address=address, user_id=user.pk, is_staff=user.is_staff)
