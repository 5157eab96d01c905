"""The websocket paths of each port (`fashionsite.asgi` says which port is which)."""

from typing import Any

from channels.security.websocket import WebsocketDenier
from django.urls import path, re_path

from streaming.consumers.frames import FramesConsumer
from streaming.consumers.sessions import SessionConsumer
from streaming.context import StreamContext
from streaming.messages import SESSION_PATH

# Channels takes ASGI applications where Django's own `path` is typed for views, hence Any.
_deny: Any = WebsocketDenier.as_asgi()

# Refuses the handshake (HTTP 403) of every path that nothing else takes.
NOWHERE: Any = re_path(r"", _deny)


def frames_urlpatterns(context: StreamContext) -> list[Any]:
    """The websocket paths of the frames port."""
    consumer: Any = FramesConsumer.as_asgi(context=context)
    return [path("frames/<uuid:session>", consumer), NOWHERE]


def session_urlpatterns(context: StreamContext) -> list[Any]:
    """The websocket paths that streaming adds to the session port."""
    consumer: Any = SessionConsumer.as_asgi(context=context)
    return [path(SESSION_PATH.lstrip("/"), consumer)]
