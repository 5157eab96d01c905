"""One server process: Daphne on both ports, from a context to the end of the reactor."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from daphne.server import reactor
from daphne.ws_protocol import WebSocketProtocol
from django.conf import settings
from django.utils.module_loading import import_string
from twisted.internet import task

from streaming.connection_limits import (
    CLOSE_HANDSHAKE_TAKES_S,
    END_TAKES_S,
    GOING_AWAY,
    GOODBYE_TAKES_S,
    PING_EVERY_S,
    PONG_MARGIN_S,
    SERVER_NAME,
)
from streaming.context import StreamContext
from streaming.errors import PortUnavailable
from streaming.expiry import keep_expiring
from streaming.messages import MAX_TEXT_BYTES
from streaming.transport import StreamServer

logger = logging.getLogger(__name__)


def serve_by_daphne(context: StreamContext, *, host: str, on_ready: Callable[[], None]) -> None:
    """Serve both ports until SIGINT or SIGTERM; as :func:`streaming.serving.serve`."""
    ports = (context.frames_port, context.session_port)
    build_application = import_string(settings.ASGI_APPLICATION_FACTORY)
    interface = host.replace(":", r"\:")
    server: Any = StreamServer(
        application=build_application(context),
        endpoints=[f"tcp:port={port}:interface={interface}" for port in ports],
        ready_callable=lambda: _when_listening(server, context, on_ready),
        # A worker follows for as long as it likes, a page is watched for as long as it is open.
        websocket_timeout=-1,
        websocket_max_message_size=MAX_TEXT_BYTES,
        websocket_max_frame_size=MAX_TEXT_BYTES,
        application_close_timeout=END_TAKES_S,
        ping_interval=PING_EVERY_S,
        ping_timeout=context.stall_limit_s + PONG_MARGIN_S,
        server_name=SERVER_NAME,
        verbosity=0,
    )
    # Registered before the server's own, which ends the applications.
    reactor.addSystemEventTrigger("before", "shutdown", _say_goodbye, server, context)
    server.run()
    if len(server.listening_addresses) < len(ports):
        raise PortUnavailable(f"cannot listen on ports {ports[0]} and {ports[1]} of {host}")


def _say_goodbye(server: Any, context: StreamContext) -> Any:
    """Close every websocket with 1001, and hold the end up until that has left."""
    context.ending.set()
    for protocol in list(server.connections):
        if isinstance(protocol, WebSocketProtocol) and protocol.state == protocol.STATE_OPEN:
            # Its `sendClose` is for applications, which may not use this code.
            protocol.sendCloseFrame(code=GOING_AWAY)
    return task.deferLater(reactor, GOODBYE_TAKES_S, logger.debug, "every peer was told")


def _when_listening(server: Any, context: StreamContext, on_ready: Callable[[], None]) -> None:
    server.use_own_protocols()
    # A peer whose message is too large or broken is told so by a close code, not just cut off.
    server.ws_factory.setProtocolOptions(
        failByDrop=False, closeHandshakeTimeout=CLOSE_HANDSHAKE_TAKES_S
    )
    if len(server.listening_addresses) < len(server.endpoints):
        return
    expiring = asyncio.get_event_loop().create_task(keep_expiring(context.expire_after_s))
    reactor.addSystemEventTrigger("before", "shutdown", expiring.cancel)
    on_ready()
