"""Which port serves what: frames on one, everything else on the other, and nothing twice."""

from collections.abc import Sequence
from typing import Any

from asgiref.typing import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGISendCallable,
    HTTPResponseBodyEvent,
    HTTPResponseStartEvent,
    Scope,
)
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls.resolvers import URLPattern

from access.policy import connection_slots
from access.roles import Rules
from access.sockets import ConnectionLimit, EncryptedOnly, Gate, Permission
from fashionsite.hosts import SameHostOnly
from results.live import websocket_urlpatterns as live_urlpatterns
from streaming.collecting import EndedConnections
from streaming.context import StreamContext
from streaming.routing import NOWHERE, frames_urlpatterns, session_urlpatterns
from telemetry.metrics import WEBSOCKETS


def build_application(context: StreamContext) -> ASGI3Application:
    """The ASGI application of a server process.

    The port that a connection came to, from the scope's ``server`` entry, decides what it may
    reach: on the frames port only frames, on any other everything else.
    """
    frames = guarded(frames_urlpatterns(context), Rules.may_stream)
    sessions = guarded(session_urlpatterns(context), Rules.may_stream)
    live: list[Any] = [
        URLPattern(each.pattern, AuthMiddlewareStack(each.callback))
        for each in guarded(live_urlpatterns, Rules.may_read)
    ]
    frames_side = ProtocolTypeRouter(
        {
            "websocket": _entrance(URLRouter(frames), "frames"),
            "http": not_here(context.session_port),
        }
    )
    session_side = ProtocolTypeRouter(
        {
            "websocket": _entrance(URLRouter([*sessions, *live, NOWHERE]), "session"),
            "http": with_context(get_asgi_application(), context),
        }
    )

    connections = EndedConnections()

    async def by_port(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        server = scope["server"] if scope["type"] != "lifespan" else None
        on_frames_port = server is not None and server[1] == context.frames_port
        side = frames_side if on_frames_port else session_side
        with connections:
            await side(scope, receive, send)

    return by_port


def guarded(patterns: Sequence[Any], may: Permission) -> list[Any]:
    """The same websocket paths, each behind a gate that only those pass who may."""
    return [
        URLPattern(each.pattern, Gate(each.callback, may), each.default_args) for each in patterns
    ]


def with_context(application: Any, context: StreamContext) -> ASGI3Application:
    """The same application, with ``stream_context`` in each scope: what this process serves."""

    async def beside(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        known: Any = {**scope, "stream_context": context}
        await application(known, receive, send)

    return beside


def counted(application: Any, port: str) -> ASGI3Application:
    """The same application, its websockets that are open counted as this port's."""
    websockets = WEBSOCKETS.labels(port)

    async def count(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        with websockets.track_inprogress():
            await application(scope, receive, send)

    return count


def _entrance(application: Any, port: str) -> Any:
    """What every websocket of a port goes through, the cheapest question first."""
    behind = SameHostOnly(EncryptedOnly(counted(application, port)))
    return ConnectionLimit(behind, connection_slots())


def not_here(session_port: int) -> ASGI3Application:
    """An application that answers every request of the frames port with 404 and the way."""
    body = f"This port carries frames only. Pages and REST are on port {session_port}.\n".encode()

    async def answer(_scope: Scope, _receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        start: HTTPResponseStartEvent = {
            "type": "http.response.start",
            "status": 404,
            "headers": [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
                (b"x-content-type-options", b"nosniff"),
            ],
            "trailers": False,
        }
        end: HTTPResponseBodyEvent = {
            "type": "http.response.body",
            "body": body,
            "more_body": False,
        }
        await send(start)
        await send(end)

    return answer
