"""Keeping other sites' pages off the websockets: Host and Origin are checked on each handshake."""

from collections.abc import Iterable
from typing import Any

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, WebSocketScope
from django.conf import settings
from django.http.request import split_domain_port, validate_host

from access.origins import is_same_site
from access.sockets import Denial, deny


def is_allowed(headers: Iterable[tuple[bytes, bytes]], allowed_hosts: Iterable[str]) -> bool:
    """Whether a handshake names an allowed host, and comes from a page of that host if from any.

    A client that is no browser sends no Origin and passes; a browser always sends one. The Host
    check keeps out a page whose own domain was pointed at this address (DNS rebinding).

    Args:
        headers: Lower-case names and values as ASGI gives them.
        allowed_hosts: Patterns as in Django's ``ALLOWED_HOSTS``.
    """
    values = {name: value.decode("latin-1") for name, value in headers}
    host = values.get(b"host", "")
    if not validate_host(split_domain_port(host)[0], allowed_hosts):
        return False
    return is_same_site(values.get(b"origin"), host)


class SameHostOnly:
    """Refuses websocket handshakes (HTTP 403) that :func:`is_allowed` does not let pass."""

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(
        self, scope: WebSocketScope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        if is_allowed(scope["headers"], settings.ALLOWED_HOSTS):
            await self._application(scope, receive, send)
        else:
            detail = "a page of another site, or a host name that is not in ALLOWED_HOSTS"
            await deny(scope, receive, send, Denial(403, "foreign-origin", detail))
