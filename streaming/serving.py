"""One server process: Daphne on both ports, from a context to the end of the reactor."""

import logging
import socket
from collections.abc import Callable
from typing import Any

from daphne.server import Server, reactor
from daphne.ws_protocol import WebSocketProtocol
from django.conf import settings
from django.utils.module_loading import import_string
from twisted.internet import task

from streaming.context import StreamContext
from streaming.errors import PortUnavailable
from streaming.messages import MAX_TEXT_BYTES

logger = logging.getLogger(__name__)

GOING_AWAY = 1001  # RFC 6455, 7.4.1
GOODBYE_TAKES_S = 0.2


def check_port(host: str, port: int) -> None:
    """Let a port pass that can be listened on.

    Raises:
        PortUnavailable: it is in use, or may not be used; the message says which and why.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the server itself does: a port whose last connections are still closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            raise PortUnavailable(
                f"cannot listen on {host}:{port}: {error.strerror or error}; "
                "choose another port or end the program that has it"
            ) from error


def serve(context: StreamContext, *, host: str, on_ready: Callable[[], None]) -> None:
    """Serve both ports until SIGINT or SIGTERM.

    Args:
        context: What is streamed, and on which ports.
        host: Address to listen on.
        on_ready: Called once both ports listen.

    Raises:
        PortUnavailable: a port cannot be listened on.
    """
    ports = (context.frames_port, context.session_port)
    for port in ports:
        check_port(host, port)
    build_application = import_string(settings.ASGI_APPLICATION_FACTORY)
    interface = host.replace(":", r"\:")
    server: Any = Server(
        application=build_application(context),
        endpoints=[f"tcp:port={port}:interface={interface}" for port in ports],
        ready_callable=lambda: _when_listening(server, on_ready),
        # A worker follows for as long as it likes, a page is watched for as long as it is open.
        websocket_timeout=-1,
        websocket_max_message_size=MAX_TEXT_BYTES,
        websocket_max_frame_size=MAX_TEXT_BYTES,
        server_name="fashionsite",
        verbosity=0,
    )
    # Registered before the server's own, which ends the applications.
    reactor.addSystemEventTrigger("before", "shutdown", _say_goodbye, server)
    server.run()
    if len(server.listening_addresses) < len(ports):
        raise PortUnavailable(f"cannot listen on ports {ports[0]} and {ports[1]} of {host}")


def _say_goodbye(server: Any) -> Any:
    """Close every websocket with 1001, and hold the end up until that has left."""
    for protocol in list(server.connections):
        if isinstance(protocol, WebSocketProtocol) and protocol.state == protocol.STATE_OPEN:
            # Its `sendClose` is for applications, which may not use this code.
            protocol.sendCloseFrame(code=GOING_AWAY)
    return task.deferLater(reactor, GOODBYE_TAKES_S, logger.debug, "every peer was told")


def _when_listening(server: Any, on_ready: Callable[[], None]) -> None:
    # A peer whose message is too large or broken is told so by a close code, not just cut off.
    server.ws_factory.setProtocolOptions(failByDrop=False)
    if len(server.listening_addresses) == len(server.endpoints):
        on_ready()
