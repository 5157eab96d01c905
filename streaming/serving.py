"""One server process on both ports, by whichever server is wanted."""

import logging
import socket
import sys
from collections.abc import Callable
from typing import Literal, get_args

from django.utils.module_loading import import_string

from streaming.context import StreamContext
from streaming.errors import PortUnavailable, ServerMissing

logger = logging.getLogger(__name__)

ServerName = Literal["daphne", "uvicorn"]
SERVERS: tuple[ServerName, ...] = get_args(ServerName)
DEFAULT_SERVER: ServerName = "daphne"
# The event loop asks for Python's lock after each look at its sockets, and as long as this it waits
# for it while predictions are stored in another thread. By default that is 5 ms, a quarter of what
# a frame may be late.
SWITCH_EVERY_S = 0.001


def check_port(host: str, port: int) -> None:
    """Let a port pass that can be listened on.

    Raises:
        PortUnavailable: it is in use, or may not be used; the message says which and why.
    """
    listening_socket(host, port).close()


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        PortUnavailable: as above.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    # As every server does: a port whose last connections are still closing is free.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1)
    except OSError as error:
        listener.close()
        raise PortUnavailable(
            f"cannot listen on {host}:{port}: {error.strerror or error}; "
            "choose another port or end the program that has it"
        ) from error
    return listener


def serve(
    context: StreamContext,
    *,
    host: str,
    on_ready: Callable[[], None],
    server: ServerName = DEFAULT_SERVER,
) -> None:
    """Serve both ports until SIGINT or SIGTERM.

    Args:
        context: What is streamed, and on which ports.
        host: Address to listen on.
        on_ready: Called once both ports listen.
        server: By which of :data:`SERVERS`; all keep the same promises.

    Raises:
        PortUnavailable: a port cannot be listened on.
        ServerMissing: the server is not installed.
    """
    for port in (context.frames_port, context.session_port):
        check_port(host, port)
    try:
        # Only this one's libraries are loaded, since Daphne's make an event loop their own.
        serve_by = import_string(f"streaming.{server}_serving.serve_by_{server}")
    except ModuleNotFoundError as error:
        raise ServerMissing(
            f"--server {server} is not installed ({error}); pip install '.[{server}]'"
        ) from error
    logger.debug("served by %s", server)
    sys.setswitchinterval(SWITCH_EVERY_S)
    serve_by(context, host=host, on_ready=on_ready)
