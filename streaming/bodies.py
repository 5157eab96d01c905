"""The body of a request, for a server that has no limit of its own."""

import logging
from typing import Any

from asgiref.typing import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGIReceiveEvent,
    ASGISendCallable,
    Scope,
)

from streaming.connection_limits import MAX_BODY_BYTES

logger = logging.getLogger(__name__)


class _TooLarge(Exception):
    """Ends the application that was reading a body when it became too large."""


class BoundedBodies:
    """An application whose requests end at :data:`MAX_BODY_BYTES`: then they are answered by 413.

    One that announces more is answered before any of it is read. The connection is not kept.
    """

    def __init__(self, application: ASGI3Application) -> None:
        self._application = application

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        if _announced(scope["headers"]) > MAX_BODY_BYTES:
            await _refuse(send)
            return
        received = 0

        async def receive_bounded() -> ASGIReceiveEvent:
            nonlocal received
            event = await receive()
            if event["type"] == "http.request":
                received += len(event.get("body", b""))
                if received > MAX_BODY_BYTES:
                    raise _TooLarge
            return event

        try:
            await self._application(scope, receive_bounded, send)
        except _TooLarge:
            await _refuse(send)


def _announced(headers: Any) -> int:
    """The length that the request says it has; 0 where it says none, or no number."""
    lengths = [value for name, value in headers if name.lower() == b"content-length"]
    return int(lengths[0]) if lengths and lengths[0].isdigit() else 0


async def _refuse(send: ASGISendCallable) -> None:
    body = f"The body of a request has at most {MAX_BODY_BYTES} bytes.\n".encode()
    await send(
        {
            "type": "http.response.start",
            "status": 413,
            "headers": [
                (b"content-type", b"text/plain"),
                (b"content-length", str(len(body)).encode()),
                (b"connection", b"close"),
            ],
            "trailers": False,
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})
