"""The websocket paths of each port (`fashionsite.asgi` says which port is which)."""

from channels.security.websocket import WebsocketDenier
from django.urls import URLPattern, path, re_path

from streaming.consumers.frames import FramesConsumer
from streaming.consumers.sessions import SessionConsumer
from streaming.context import StreamContext
from streaming.messages import SESSION_PATH

# Refuses the handshake (HTTP 403) of every path that nothing else takes.
NOWHERE = re_path(r"", WebsocketDenier.as_asgi())


def frames_urlpatterns(context: StreamContext) -> list[URLPattern]:
    """The websocket paths of the frames port."""
    return [path("frames/<uuid:session>", FramesConsumer.as_asgi(context=context)), NOWHERE]


def session_urlpatterns(context: StreamContext) -> list[URLPattern]:
    """The websocket paths that streaming adds to the session port."""
    return [path(SESSION_PATH.lstrip("/"), SessionConsumer.as_asgi(context=context))]
