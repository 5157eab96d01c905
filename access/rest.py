"""Tokens and limits for REST.

DRF imports this module while its own are half loaded, so that its views cannot be named here.
"""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from access import policy
from access.errors import TokenRefused, TooMany
from access.middleware import BEARER_CHALLENGE
from access.models import AccessToken
from access.roles import Visitor
from access.visitors import request_token, visitor_of


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer fst_…``. A wrong token is refused even where none is needed."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, AccessToken] | None:
        """The token, for a user who has no account here.

        Raises:
            AuthenticationFailed: the token is unknown, revoked or expired.
        """
        try:
            token = request_token(request)
        except TokenRefused as error:
            raise AuthenticationFailed(str(error), code=error.code) from error
        return None if token is None else (AnonymousUser(), token)

    def authenticate_header(self, request: Request) -> str:
        """What makes DRF answer 401 and not 403."""
        del request
        return BEARER_CHALLENGE


class RequestThrottle(BaseThrottle):
    """Bounds the requests of a token, a person or an address."""

    def __init__(self) -> None:
        self._wait_s = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the request."""
        del view
        try:
            policy.check_request(rest_visitor(request))
        except TooMany as error:
            self._wait_s = error.retry_after_s
            return False
        return True

    def wait(self) -> float:
        """When trying again may help, seconds."""
        return self._wait_s


def rest_visitor(request: Request) -> Visitor:
    """Who makes a REST request."""
    token = request.auth if isinstance(request.auth, AccessToken) else None
    return visitor_of(request, token)
