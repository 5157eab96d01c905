"""Which port serves what: frames on one, everything else on the other, and nothing twice."""

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

from fashionsite.hosts import SameHostOnly
from results.live import websocket_urlpatterns as live_urlpatterns
from streaming.context import StreamContext
from streaming.routing import NOWHERE, frames_urlpatterns, session_urlpatterns


def build_application(context: StreamContext) -> ASGI3Application:
    """The ASGI application of a server process.

    The port that a connection came to, from the scope's ``server`` entry, decides what it may
    reach: on the frames port only frames, on any other everything else.
    """
    frames_side = ProtocolTypeRouter(
        {
            "websocket": SameHostOnly(URLRouter(frames_urlpatterns(context))),
            "http": not_here(context.session_port),
        }
    )
    live: list[Any] = list(live_urlpatterns)
    session_side = ProtocolTypeRouter(
        {
            "websocket": SameHostOnly(
                AuthMiddlewareStack(URLRouter([*session_urlpatterns(context), *live, NOWHERE]))
            ),
            "http": get_asgi_application(),
        }
    )

    async def by_port(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        server = scope["server"] if scope["type"] != "lifespan" else None
        on_frames_port = server is not None and server[1] == context.frames_port
        side = frames_side if on_frames_port else session_side
        await side(scope, receive, send)

    return by_port


def not_here(session_port: int) -> ASGI3Application:
    """An application that answers every request of the frames port with 404 and the way."""
    body = f"This port carries frames only. Pages and REST are on port {session_port}.\n".encode()

    async def answer(_scope: Scope, _receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        start: HTTPResponseStartEvent = {
            "type": "http.response.start",
            "status": 404,
            "headers": [(b"content-type", b"text/plain; charset=utf-8")],
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
