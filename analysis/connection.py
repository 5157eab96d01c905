"""The client's ends of the two sockets: messages in and out, every wait limited, one error tree."""

import logging
import socket
import struct
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

from msgspec import Struct
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from analysis.addresses import ServerAddress
from analysis.errors import ServerRefused, ServerUnreachable, StoppedBeforeStart
from streaming.errors import MalformedMessage, OutOfOrder
from streaming.frames import MAX_MESSAGE_BYTES
from streaming.messages import (
    FRAMES_SERVER_TYPES,
    FRAMES_SUBPROTOCOL,
    MAX_TEXT_BYTES,
    SESSION_SERVER_TYPES,
    SESSION_SUBPROTOCOL,
    Attach,
    Attached,
    Credit,
    Ended,
    Error,
    Message,
    Opened,
    decode_message,
    encode_message,
)

logger = logging.getLogger(__name__)

# Closed by a server that goes away, or by nobody at all: not a refusal, trying again may help.
_GONE_CODES = (1001, 1006, 1012)
# A close frame has room for 125 bytes, two of which are the code.
_MAX_REASON_BYTES = 123

M = TypeVar("M", bound=Struct)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long each wait may take, seconds.

    Attributes:
        connect_s: Opening a socket, and closing it.
        reply_s: The server's answer to a message.
        stall_s: The next frame, while credit is there and beyond the stream's own interval.
        ack_s: The acknowledgement of a batch of predictions.
        accepted_s: The answer to the report, which the server recomputes first.
    """

    connect_s: float = 10
    reply_s: float = 30
    stall_s: float = 30
    ack_s: float = 60
    accepted_s: float = 120


class _Connection:
    """What both sockets have in common: opening, sending, receiving, closing."""

    def __init__(self, url: str, subprotocol: str, *, direct: bool, limits: Limits) -> None:
        self.url = url
        self.limits = limits
        self._subprotocol = subprotocol
        # A proxy of the environment cannot reach this machine's loopback.
        self._proxy: Any = None if direct else True
        self._stack = ExitStack()
        self._socket: ClientConnection | None = None

    def __enter__(self) -> Self:
        try:
            opened = connect(
                self.url,
                subprotocols=[Subprotocol(self._subprotocol)],
                compression=None,  # pixels and probabilities hardly shrink, and it takes time
                open_timeout=self.limits.connect_s,
                close_timeout=self.limits.connect_s,
                max_size=max(MAX_MESSAGE_BYTES, MAX_TEXT_BYTES),
                proxy=self._proxy,
            )
        except InvalidStatus as error:
            raise ServerUnreachable(
                f"{self.url}: expected a websocket, the server answered with HTTP status "
                f"{error.response.status_code}"
            ) from error
        except (OSError, InvalidHandshake, TimeoutError) as error:
            raise ServerUnreachable(f"{self.url}: no connection: {error}") from error
        self._socket = self._stack.enter_context(opened)
        # Blocked sends end by this: websockets has no limit for them.
        whole, part = divmod(self.limits.reply_s, 1)
        send_limit = struct.pack("ll", int(whole), int(part * 1e6))
        with suppress(OSError):  # closed already; whoever receives learns why
            self._socket.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, send_limit)
        if opened.subprotocol != self._subprotocol:
            self.close(1002, "wrong subprotocol")
            raise ServerUnreachable(
                f"{self.url}: expected subprotocol {self._subprotocol}, the server chose "
                f"{opened.subprotocol}"
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, traceback)

    def send(self, message: Message) -> None:
        """Send a JSON message.

        Raises:
            ServerUnreachable, ServerRefused: the connection is closed.
        """
        self._send(encode_message(message))

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close with a code, waiting for the other side no longer than ``limits.connect_s``."""
        if self._socket is not None:
            short = reason.encode()[:_MAX_REASON_BYTES].decode(errors="ignore")
            self._socket.close(code, short)

    def abort(self) -> None:
        """Break the connection at once; whoever waits on it gets ``ServerUnreachable``."""
        if self._socket is not None:
            with suppress(OSError):  # closed already
                self._socket.socket.shutdown(socket.SHUT_RDWR)

    def _send(self, data: str | bytes) -> None:
        try:
            self._opened.send(data)
        except ConnectionClosed as error:
            raise self._closed(error) from error

    def _receive(self, timeout_s: float) -> str | bytes:
        try:
            return self._opened.recv(timeout_s)
        except ConnectionClosed as error:
            raise self._closed(error) from error

    def _await(self, timeout_s: float, what: str) -> str | bytes:
        try:
            return self._receive(timeout_s)
        except TimeoutError as error:
            raise ServerUnreachable(f"{self.url}: no {what} within {timeout_s:g} s") from error

    @property
    def _opened(self) -> ClientConnection:
        if self._socket is None:
            raise ServerUnreachable(f"{self.url}: not connected")
        return self._socket

    def _closed(self, error: ConnectionClosed) -> ServerRefused | ServerUnreachable:
        if error.rcvd is None:
            return ServerUnreachable(f"{self.url}: the connection broke ({error})")
        if error.rcvd.code in _GONE_CODES:
            reason = error.rcvd.reason or "no reason given"
            return ServerUnreachable(f"{self.url}: the server went away ({reason})")
        return ServerRefused(error.rcvd.code, error.rcvd.reason)


class SessionConnection(_Connection):
    """The session socket, as a context manager. One thread receives, any may send.

    Args:
        address: The server.
        limits: How long to wait.

    Raises:
        ServerUnreachable: on entering, where there is no such server.
    """

    def __init__(self, address: ServerAddress, *, limits: Limits = Limits()) -> None:
        super().__init__(
            address.session_url, SESSION_SUBPROTOCOL, direct=address.is_loopback, limits=limits
        )
        self.address = address

    def send_predictions(self, message: bytes) -> None:
        """Send a batch of predictions, encoded."""
        self._send(message)

    def receive(self, timeout_s: float) -> Any:
        """The next message of the server, one of ``SessionServerMessage`` but ``Error``.

        Raises:
            TimeoutError: none came in that time.
            ServerRefused: it sent an error, or closed with a code of its own.
            ServerUnreachable: the connection broke.
            PeerError: something that is no message.
        """
        return _decode(self._receive(timeout_s), SESSION_SERVER_TYPES)

    def request(self, message: Message, reply: type[M]) -> M:
        """Send a message and wait for its answer.

        Raises:
            ServerRefused, ServerUnreachable: no answer, or an error.
            StoppedBeforeStart: the session ended instead.
            OutOfOrder: a message of another type.
        """
        with suppress(ServerRefused):  # what it said before it closed is still to be read
            self.send(message)
        name = reply.__name__.lower()
        answer = _decode(self._await(self.limits.reply_s, name), SESSION_SERVER_TYPES)
        if isinstance(answer, Ended):
            raise StoppedBeforeStart(f"stopped before its first frame: {answer.reason}")
        return _expect(answer, reply)


class FramesConnection(_Connection):
    """The frames socket of one session, as a context manager.

    Args:
        address: Host and port of the frames.
        opened: The session.
        limits: How long to wait.
    """

    def __init__(
        self, address: ServerAddress, opened: Opened, *, limits: Limits = Limits()
    ) -> None:
        super().__init__(
            f"{address}{opened.frames_path}",
            FRAMES_SUBPROTOCOL,
            direct=address.is_loopback,
            limits=limits,
        )
        self._session = opened

    def attach(self) -> None:
        """Claim the session's frames with its secret.

        Raises:
            ServerRefused, ServerUnreachable, OutOfOrder: the server did not attach it.
        """
        self.send(Attach(secret=self._session.secret))
        answer = _decode(self._await(self.limits.reply_s, "attached"), FRAMES_SERVER_TYPES)
        _expect(answer, Attached)

    def grant(self, until: int) -> None:
        """Let the server send every frame below ``until``.

        Where the connection is closed nothing happens: whoever receives learns why.
        """
        try:
            self.send(Credit(until=until))
        except (ServerUnreachable, ServerRefused):
            logger.debug("credit up to %d came after the end", until)

    def receive(self, timeout_s: float) -> bytes | Ended:
        """The next frame message, or the end of the stream.

        Raises:
            TimeoutError: none came in that time.
            ServerRefused, ServerUnreachable: closed before the end, or an error.
            PeerError: something that is no message.
        """
        data = self._receive(timeout_s)
        if isinstance(data, bytes):
            return data
        return _expect(_decode(data, FRAMES_SERVER_TYPES), Ended)


def _decode(data: str | bytes, types: dict[str, type[Struct]]) -> Any:
    if isinstance(data, bytes):
        raise MalformedMessage(f"expected a text message, got {len(data)} bytes of binary")
    message = decode_message(data, types)
    if isinstance(message, Error):
        raise ServerRefused(message.close_code, f"{message.detail} ({message.code})")
    return message


def _expect(message: Any, kind: type[M]) -> M:
    if not isinstance(message, kind):
        raise OutOfOrder(
            f"expected {kind.__name__.lower()}, the server sent {type(message).__name__.lower()}"
        )
    return message
