"""What every HTTP request and answer goes through: host, headers, sign-in."""

import logging
import re
from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.deprecation import MiddlewareMixin

from access import policy
from access.errors import TokenRefused
from access.visitors import request_token, visitor_of

logger = logging.getLogger(__name__)

_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]{1,100}")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
BEARER_CHALLENGE = 'Bearer realm="fashionsite"'
# A page here needs none of what a browser could be asked for, and no other site may show or
# embed anything from here.
HEADERS = {
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            *("accelerometer", "camera", "display-capture", "fullscreen", "geolocation"),
            *("gyroscope", "magnetometer", "microphone", "midi", "payment", "usb"),
        )
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
}


class HostMiddleware(MiddlewareMixin):
    """Refuses hosts that are not this server's with one line in the log, and no traceback."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Answer 400 to a host that ``ALLOWED_HOSTS`` does not name."""
        try:
            request.get_host()
        except DisallowedHost:
            host = request.META.get("HTTP_HOST", "")
            logger.warning(
                "%s asked for the host %s, which is not in ALLOWED_HOSTS",
                request.META.get("REMOTE_ADDR"),
                # What is no name at all may be anything, and is not for the log.
                host if _HOST.fullmatch(host) else "of no valid name",
            )
            return HttpResponse(
                "This server is not known by that name; ALLOWED_HOSTS lists those it has.\n",
                content_type="text/plain; charset=utf-8",
                status=400,
            )
        return None


class HeadersMiddleware(MiddlewareMixin):
    """Adds the security headers that Django has none of its own for, where a view has not."""

    def process_response(
        self, _request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Add what is missing."""
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class SignInMiddleware(LoginRequiredMiddleware):
    """On a network, asks for sign-in or a token before any page that is not exempt.

    REST has permissions of its own, which answer as REST does; its views are exempt, as are
    views marked by Django's ``login_not_required``.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Let pass, send to the sign-in page, or refuse a token."""
        if not getattr(view_func, "login_required", True):
            return None
        rules = policy.rules()
        try:
            token = request_token(request) if rules.is_network else None
        except TokenRefused as error:
            return _refused(error)
        visitor = visitor_of(request, token)
        is_safe = request.method in SAFE_METHODS
        if rules.may_read(visitor) if is_safe else rules.may_start(visitor):
            return None
        if token is not None:
            return JsonResponse(
                {"code": "not-permitted", "detail": "this token is not for reading"}, status=403
            )
        return self.handle_no_permission(request, view_func)

    def process_response(
        self, _request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Keep what needs sign-in out of caches that others share."""
        if policy.rules().is_network:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def _refused(error: TokenRefused) -> HttpResponse:
    return JsonResponse(
        {"code": error.code, "detail": str(error)},
        status=401,
        headers={"WWW-Authenticate": BEARER_CHALLENGE},
    )
