"""One server process: uvicorn on both ports, from a context to SIGINT or SIGTERM."""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Callable, Iterator

import uvicorn
from django.conf import settings
from django.utils.module_loading import import_string

from streaming.bodies import BoundedBodies
from streaming.connection_limits import (
    END_TAKES_S,
    PING_EVERY_S,
    PONG_MARGIN_S,
    SERVER_NAME,
)
from streaming.context import StreamContext
from streaming.expiry import keep_expiring
from streaming.messages import MAX_TEXT_BYTES
from streaming.serving import listening_socket
from streaming.uvicorn_protocols import ImpatientHttp, StreamWebSocket


def serve_by_uvicorn(context: StreamContext, *, host: str, on_ready: Callable[[], None]) -> None:
    """Serve both ports until SIGINT or SIGTERM; as :func:`streaming.serving.serve`."""
    build_application = import_string(settings.ASGI_APPLICATION_FACTORY)
    config = uvicorn.Config(
        BoundedBodies(build_application(context)),
        loop="uvloop",
        # Unlike httptools this bounds the headers of a request.
        http=ImpatientHttp,
        ws=StreamWebSocket,
        ws_max_size=MAX_TEXT_BYTES,
        ws_ping_interval=PING_EVERY_S,
        ws_ping_timeout=context.stall_limit_s + PONG_MARGIN_S,
        # Pixels and probabilities hardly get smaller.
        ws_per_message_deflate=False,
        lifespan="off",
        # Logging is set up by our settings.
        log_config=None,
        log_level=logging.WARNING,
        access_log=False,
        # Whom to believe about a client's address is ours to decide; see access/addresses.py.
        proxy_headers=False,
        server_header=False,
        headers=[("server", SERVER_NAME)],
        timeout_graceful_shutdown=round(END_TAKES_S),
    )
    with contextlib.ExitStack() as stack:
        sockets = [
            stack.enter_context(listening_socket(host, port))
            for port in (context.frames_port, context.session_port)
        ]
        TwoPortServer(config, context, on_ready).run(sockets)


class TwoPortServer(uvicorn.Server):
    """uvicorn's server, with what belongs to a stream's beginning and end.

    Args:
        config: Its configuration.
        context: What is streamed.
        on_ready: Called once it listens.
    """

    def __init__(
        self, config: uvicorn.Config, context: StreamContext, on_ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._context = context
        self._on_ready = on_ready
        self._expiring: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, say so, and look after sessions that nobody comes back for."""
        await super().startup(sockets)
        self._expiring = asyncio.create_task(keep_expiring(self._context.expire_after_s))
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close every connection; consumers know by the context that it was us."""
        self._context.ending.set()
        if self._expiring is not None:
            self._expiring.cancel()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End in good order on SIGINT and SIGTERM.

        The library's own raises the signal once more at the end, which would be the end of the
        process, and what is noted after that would not be.
        """
        ends = (signal.SIGINT, signal.SIGTERM)
        before = {each: signal.signal(each, self.handle_exit) for each in ends}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)
