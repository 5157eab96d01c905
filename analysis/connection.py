"""The client's ends of the two sockets: messages in and out, every wait limited, one error tree."""

import json
import logging
import socket
import struct
import threading
from collections import deque
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

from msgspec import Struct
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from analysis.addresses import ServerAddress
from analysis.backoff import Backoff, Patience
from analysis.errors import (
    AccessDenied,
    ServerRefused,
    ServerSilent,
    ServerUnreachable,
    StoppedBeforeStart,
)
from results.batches import PredictionBatch
from streaming.errors import MalformedMessage, OutOfOrder
from streaming.frames import MAX_MESSAGE_BYTES
from streaming.messages import (
    FRAMES_SERVER_TYPES,
    FRAMES_SUBPROTOCOL,
    MAX_TEXT_BYTES,
    SESSION_PATH,
    SESSION_SERVER_TYPES,
    SESSION_SUBPROTOCOL,
    Attach,
    Attached,
    Credit,
    Ended,
    Error,
    Message,
    Opened,
    Recall,
    Recalled,
    Resume,
    Resumed,
    decode_message,
    encode_message,
)

from streaming.predictions import decode_predictions

logger = logging.getLogger(__name__)

# Closed by a server that goes away or is in trouble, or by nobody at all: not a refusal, trying
# again may help.
_INTERRUPTED_CODES = (1001, 1005, 1006, 1011, 1012, 1013, 4408, 4503)
# A close frame has room for 125 bytes, two of which are the code.
_MAX_REASON_BYTES = 123
_MAX_DETAIL_CHARS = 500
# At DEBUG websockets writes every header and message down, tokens, secrets and pictures too.
_wire_logger = logging.getLogger(f"{__name__}.wire")
_wire_logger.setLevel(logging.INFO)
# A ping that fails because the connection broke is no error: whoever uses it is told, and says so.
_wire_logger.addFilter(
    lambda record: not (record.exc_info and isinstance(record.exc_info[1], ConnectionClosed))
)

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
        reconnect_s: Until a connection that broke is there again; 0 is not waited for at all.
        retry_s: The first pause before connecting again, at its longest; later ones double.
    """

    connect_s: float = 10
    reply_s: float = 30
    stall_s: float = 30
    ack_s: float = 60
    accepted_s: float = 120
    reconnect_s: float = 300
    retry_s: float = 0.5

    def patience(self) -> Patience:
        """For one socket."""
        return Patience(self.reconnect_s, backoff=Backoff(first_s=self.retry_s))


class _Connection:
    """What both sockets have in common: opening, sending, receiving, closing."""

    def __init__(
        self, path: str, subprotocol: str, *, address: ServerAddress, limits: Limits
    ) -> None:
        if not path.startswith("/"):
            # Anything else would change the host, and the token would go there.
            raise MalformedMessage(f"a path starts with a slash, the server named {path[:50]!r}")
        self.url = f"{address}{path}"
        self.limits = limits
        self._subprotocol = subprotocol
        self._headers = address.headers
        # A proxy of the environment cannot reach this machine's loopback.
        self._proxy: Any = None if address.is_loopback else True
        self._stack = ExitStack()
        self._socket: ClientConnection | None = None
        self._broken = False

    def __enter__(self) -> Self:
        try:
            opened = connect(
                self.url,
                subprotocols=[Subprotocol(self._subprotocol)],
                additional_headers=self._headers,  # not sent on to where a redirect leads
                logger=_wire_logger,
                compression=None,  # pixels and probabilities hardly shrink, and it takes time
                open_timeout=self.limits.connect_s,
                close_timeout=self.limits.connect_s,
                max_size=max(MAX_MESSAGE_BYTES, MAX_TEXT_BYTES),
                proxy=self._proxy,
            )
        except InvalidStatus as error:
            status, why = error.response.status_code, _reason(error.response.body)
            if status in (401, 403):
                raise AccessDenied(status, why or self.url) from error
            raise ServerUnreachable(
                f"{self.url}: expected a websocket, the server answered with HTTP status "
                f"{status}{why and f': {why}'}"
            ) from error
        except (OSError, InvalidHandshake, TimeoutError, ConnectionClosed) as error:
            # Closed: reset while the request was being sent.
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

    @property
    def broken(self) -> bool:
        """Whether it was there, and is of no more use."""
        return self._broken

    def abort(self) -> None:
        """Break the connection at once; whoever waits on it gets ``ServerUnreachable``."""
        self._broken = True
        if self._socket is not None:
            with suppress(OSError):  # closed already
                self._socket.socket.shutdown(socket.SHUT_RDWR)

    def ping(self) -> threading.Event:
        """Ask the other side for a sign of life; set once it came, never where it cannot."""
        try:
            return self._opened.ping()
        except (ConnectionClosed, ServerUnreachable):
            return threading.Event()

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
            raise ServerSilent(f"{self.url}: no {what} within {timeout_s:g} s") from error

    @property
    def _opened(self) -> ClientConnection:
        if self._socket is None:
            raise ServerUnreachable(f"{self.url}: not connected")
        return self._socket

    def _closed(self, error: ConnectionClosed) -> ServerRefused | ServerUnreachable:
        self._broken = True
        if error.rcvd is None:
            return ServerUnreachable(f"{self.url}: the connection broke ({error})")
        return _failure(error.rcvd.code, error.rcvd.reason)


class SessionConnection(_Connection):
    """The session socket, as a context manager. One thread receives, any may send.

    Args:
        address: The server.
        limits: How long to wait.

    Raises:
        ServerUnreachable: on entering, where there is no such server.
    """

    def __init__(self, address: ServerAddress, *, limits: Limits = Limits()) -> None:
        super().__init__(SESSION_PATH, SESSION_SUBPROTOCOL, address=address, limits=limits)
        self.address = address
        self._early: deque[Any] = deque()

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
        if self._early:
            return self._early.popleft()
        return _decode(self._receive(timeout_s), SESSION_SERVER_TYPES)

    def resume(self, request: Resume) -> Resumed:
        """Take a session up again.

        Raises:
            ServerRefused, ServerUnreachable: no answer, or an error.
            PeerError: something that is no answer.
        """
        with suppress(ServerRefused):  # what it said before it closed is still to be read
            self.send(request)
        return _expect(self._next_but_end("resumed"), Resumed)

    def recall(self, first: int) -> PredictionBatch | None:
        """Stored predictions of a sequence of ``first`` or more; None where there are no more.

        Raises:
            ServerRefused, ServerUnreachable: no answer, or an error.
            PeerError: something that is no answer.
        """
        self.send(Recall(first=first))
        answer = self._next_but_end("recalled")
        if isinstance(answer, bytes):
            return decode_predictions(answer)[1]
        _expect(answer, Recalled)
        return None

    def _next_but_end(self, name: str) -> Any:
        """The next message; the end of the stream, which may come at any time, is for later."""
        while True:
            data = self._await(self.limits.reply_s, name)
            if isinstance(data, bytes):
                return data
            message = _decode(data, SESSION_SERVER_TYPES)
            if not isinstance(message, Ended):
                return message
            self._early.append(message)

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
        super().__init__(opened.frames_path, FRAMES_SUBPROTOCOL, address=address, limits=limits)
        self._session = opened

    def attach(self, next_sequence: int = 0) -> int:
        """Claim the session's frames with its secret.

        Args:
            next_sequence: The first that has not been received.

        Returns:
            The sequence of the first frame that will come.

        Raises:
            ServerRefused, ServerUnreachable, OutOfOrder: the server did not attach it.
        """
        with suppress(ServerRefused):  # what it said before it closed is still to be read
            self.send(Attach(secret=self._session.secret, next=next_sequence))
        answer = _decode(self._await(self.limits.reply_s, "attached"), FRAMES_SERVER_TYPES)
        return _expect(answer, Attached).next

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
        raise _failure(message.close_code, f"{message.detail} ({message.code})")
    return message


def _reason(body: bytes | bytearray) -> str:
    """What the server said of a refusal, if it is one of ours."""
    try:
        return str(json.loads(body)["detail"])[:_MAX_DETAIL_CHARS]
    except (ValueError, KeyError, TypeError):
        return ""


def _failure(close_code: int, reason: str) -> ServerRefused | ServerUnreachable:
    if close_code in _INTERRUPTED_CODES:
        reason = reason or "no reason given"
        return ServerUnreachable(f"the server closed with {close_code}, for now: {reason}")
    return ServerRefused(close_code, reason)


def _expect(message: Any, kind: type[M]) -> M:
    if not isinstance(message, kind):
        raise OutOfOrder(
            f"expected {kind.__name__.lower()}, the server sent {type(message).__name__.lower()}"
        )
    return message
