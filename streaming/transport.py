"""What Daphne lacks: refusing a websocket with a reason, and limits for each way.

A websocket that is refused gets an HTTP answer with a body, by the ASGI extension
``websocket.http.response``. The body of a request would otherwise be kept in a temporary file of
any length before the application hears of it. An answer of many parts would be kept in memory
as fast as it is made, whatever its reader takes; here the application waits for the reader.
"""

import asyncio
import logging
from typing import Any

from autobahn.exception import Disconnected
from autobahn.websocket.types import ConnectionDeny
from daphne.http_protocol import WebRequest
from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol

from streaming.connection_limits import MAX_BODY_BYTES
from streaming.frames import MAX_MESSAGE_BYTES

logger = logging.getLogger(__name__)

# After so long without a byte taken, a reader of an answer of many parts is hung up on.
STALLED_S = 60.0
DENIAL = "websocket.http.response"
_REASONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    429: "Too Many Requests",
    503: "Service Unavailable",
}


class StreamServer(Server):  # type: ignore[misc]  # Daphne has no types
    """Daphne's server, with what this module adds."""

    def create_application(self, protocol: Any, scope: Any) -> Any:
        """Tell the application that it may refuse a websocket with a reason."""
        if scope["type"] == "websocket":
            scope["extensions"] = {DENIAL: {}}
        return super().create_application(protocol, scope)

    async def handle_reply(self, protocol: Any, message: Any) -> None:
        """Hand a message on; after a part of an answer, wait until its reader has taken most."""
        await super().handle_reply(protocol, message)
        if message["type"] == "http.response.body" and isinstance(protocol, BoundedRequest):
            await protocol.drained()

    def use_own_protocols(self) -> None:
        """Make every connection from now on one of this module's; to be called once it listens."""
        self.ws_factory.protocol = DeniableProtocol
        build = self.http_factory.buildProtocol

        def build_bounded(address: Any) -> Any:
            protocol = build(address)
            protocol.requestFactory = BoundedRequest
            return protocol

        self.http_factory.buildProtocol = build_bounded


class DeniableProtocol(WebSocketProtocol):  # type: ignore[misc]  # Daphne has no types
    """A websocket whose handshake may end with an HTTP answer that says why it was refused."""

    maxMessagePayloadSize: int

    def __init__(self) -> None:
        super().__init__()
        self._denial_head: Any = None
        self._denial_body = b""

    def handle_reply(self, message: Any) -> None:
        """Take the extension's two messages; leave any other to Daphne."""
        if message["type"] == f"{DENIAL}.start":
            self._denial_head = message
        elif message["type"] == f"{DENIAL}.body":
            self._denial_body += message.get("body", b"")
            if not message.get("more_body", False):
                self._deny()
        else:
            super().handle_reply(message)

    def serverSend(  # pylint: disable=invalid-name  # Daphne's name
        self, content: Any, binary: bool = False
    ) -> None:
        """Send a message, within the limit of what may be sent.

        Autobahn has one limit for both ways, and frames are larger than what clients say.
        """
        # pylint: disable=attribute-defined-outside-init  # autobahn defines it, from its factory
        limit = self.maxMessagePayloadSize
        self.maxMessagePayloadSize = MAX_MESSAGE_BYTES
        try:
            super().serverSend(content, binary)
        except Disconnected:
            # It broke a moment ago, and the consumer is about to hear of it.
            logger.debug("nothing sent to %s, which is gone", self.client_addr)
        finally:
            self.maxMessagePayloadSize = limit

    def sendHttpErrorResponse(  # pylint: disable=invalid-name  # autobahn's name
        self, code: int, reason: str, responseHeaders: Any = None
    ) -> None:
        """Write the answer, with headers and body where the application gave some."""
        if self._denial_head is None:
            super().sendHttpErrorResponse(code, reason, responseHeaders)
            return
        headers = [
            *self._denial_head.get("headers", []),
            (b"Content-Length", str(len(self._denial_body)).encode()),
            (b"Connection", b"close"),
        ]
        lines = [f"HTTP/1.1 {code} {reason}".encode(), *(b": ".join(header) for header in headers)]
        self.sendData(b"\r\n".join([*lines, b"", self._denial_body]))

    def _deny(self) -> None:
        # As Daphne's own `serverReject`, which knows no status but 403.
        status = self._denial_head["status"]
        deferred = self.handshake_deferred
        del self.handshake_deferred
        deny: Any = ConnectionDeny  # untyped
        deferred.errback(deny(code=status, reason=_REASONS.get(status, "Refused")))
        self.server.protocol_disconnected(self)


class _Flow:
    """What Twisted tells when its buffer is full, and when it has room again."""

    def __init__(self) -> None:
        self.is_open = asyncio.Event()
        self.is_open.set()

    def pauseProducing(self) -> None:  # pylint: disable=invalid-name  # Twisted's
        """The buffer is full."""
        self.is_open.clear()

    def resumeProducing(self) -> None:  # pylint: disable=invalid-name  # Twisted's
        """There is room."""
        self.is_open.set()

    def stopProducing(self) -> None:  # pylint: disable=invalid-name  # Twisted's
        """The connection has ended; who waits may see that."""
        self.is_open.set()


class BoundedRequest(WebRequest):  # type: ignore[misc]  # Daphne has no types
    """A request whose body ends at :data:`MAX_BODY_BYTES`: then it is answered by 413 and cut.

    Its answer may have many parts, of which no more are kept than its reader takes.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._received_bytes = 0
        self._is_too_large = False
        self._flow = _Flow()

    def handle_reply(self, message: Any) -> None:
        """Before the first of many parts, ask to be told when the buffer is full."""
        if message["type"] == "http.response.body" and self.channel and not self.finished:
            has_more = message.get("more_body", False)
            if has_more and self.producer is None:
                self.registerProducer(self._flow, True)
            elif not has_more and self.producer is not None:
                self.unregisterProducer()
        super().handle_reply(message)

    async def drained(self) -> None:
        """Return once there is room for more, or nobody who wants it."""
        try:
            async with asyncio.timeout(STALLED_S):
                await self._flow.is_open.wait()
        except TimeoutError:
            logger.warning(
                "hung up on %s, which took nothing for %g s", self.client_addr, STALLED_S
            )
            if self.channel:
                self.channel.forceAbortClient()

    def connectionLost(self, reason: Any) -> None:  # pylint: disable=invalid-name  # Twisted's
        """Let who waits for room go on."""
        self._flow.stopProducing()
        super().connectionLost(reason)

    def gotLength(self, length: int | None) -> None:  # pylint: disable=invalid-name  # Twisted's
        """Refuse a body that is announced as too large before any of it is kept."""
        super().gotLength(0 if length is not None and length > MAX_BODY_BYTES else length)
        if length is not None and length > MAX_BODY_BYTES:
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:  # pylint: disable=invalid-name  # Twisted's
        """Keep a piece of the body, as long as it is not too much in all."""
        self._received_bytes += len(data)
        if self._is_too_large:
            return
        if self._received_bytes > MAX_BODY_BYTES:
            self._refuse()
            return
        super().handleContentChunk(data)

    def requestReceived(  # pylint: disable=invalid-name  # Twisted's
        self, command: bytes, path: bytes, version: bytes
    ) -> None:
        """Hand a request to the application, unless it was refused."""
        if not self._is_too_large:
            super().requestReceived(command, path, version)

    def _refuse(self) -> None:
        self._is_too_large = True
        body = f"The body of a request has at most {MAX_BODY_BYTES} bytes.\n".encode()
        self.channel.transport.writeSequence(
            [
                b"HTTP/1.1 413 Content Too Large\r\nContent-Type: text/plain\r\n",
                f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode(),
                body,
            ]
        )
        self.channel.loseConnection()
