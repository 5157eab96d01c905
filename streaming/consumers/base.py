"""What both sockets do alike: subprotocol, decoding, refusing, and listening to the doorbell."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, ClassVar, ParamSpec, TypeVar

import msgspec
from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from access.roles import Visitor
from streaming.consumers.refusals import INTERNAL_ERROR, loggable, refusal
from streaming.context import StreamContext
from streaming.errors import StorageUnavailable, WrongSubprotocol
from streaming.group_commit import Change
from streaming.messages import Error, Message, decode_message, encode_message
from telemetry.metrics import peer_refused

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")


class PeerConsumer(AsyncWebsocketConsumer, ABC):
    """One websocket of our protocol, seen from the server.

    Subclasses name their subprotocol and the messages they take, and answer ``on_message`` and
    ``on_binary``. Whatever those raise is told to the peer as ``error`` with its close code; our
    own bugs are logged with their traceback and close with 4500.

    The channel layer is not listened to here: one that fails would end the socket, and a server
    has thousands of sockets. What others change is brought by the context's watcher.
    """

    subprotocol: ClassVar[str]
    types: ClassVar[dict[str, type[msgspec.Struct]]]

    def __init__(self, context: StreamContext) -> None:
        super().__init__()
        self.scope: Any = {}
        self.base_send: Any = None
        self.context = context
        self.heard_of_peer = False
        self._closing = False
        self._closed_with: int | None = None
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one connection; however that ends, nothing of it runs on.

        The loop of Channels makes a task of every message, which costs more than most messages.
        """
        self.scope, self.base_send = scope, send
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            logger.debug("%s: served", self.name)
        finally:
            self.end_tasks()
            # What a server that ends has not noted yet is noted from its lists.
            if not self.context.ending.is_set():
                self.forget()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Hand an event of Channels to its method.

        Without Channels' own look at the database's connections, for which every message,
        be it only credit, would wait for the database.
        """
        if message["type"] == "websocket.receive":
            await self.receive(message.get("text"), message.get("bytes"))
        else:
            await getattr(self, get_handler_name(message))(message)

    async def websocket_disconnect(self, message: Any) -> None:
        """Tidy up, without closing the connection to the database that all sockets share."""
        await self.disconnect(message["code"])
        raise StopConsumer

    async def connect(self) -> None:
        """Accept a peer that speaks our subprotocol; tell any other that we speak it."""
        if self.subprotocol not in self.scope["subprotocols"]:
            await self.accept()
            offered = ", ".join(self.scope["subprotocols"]) or "none"
            await self.refuse(
                WrongSubprotocol(
                    f"this path speaks {self.subprotocol}, the client offered {offered}"
                )
            )
            return
        await self.accept(self.subprotocol)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Decode a message and hand it on; refuse what cannot be taken."""
        self.heard_of_peer = True
        async with self._turn:
            if self._closing:
                return
            try:
                if text_data is not None:
                    await self.on_message(decode_message(text_data, self.types))
                else:
                    await self.on_binary(bytes_data or b"")
            except Exception as error:  # pylint: disable=broad-exception-caught  # by kind
                await self.settle()
                await self.refuse(error)

    async def settle(self) -> None:
        """Called before a message is refused, to finish what came before it."""

    @abstractmethod
    async def on_message(self, message: Any) -> None:
        """Answer a decoded JSON message."""

    @abstractmethod
    async def on_binary(self, message: bytes) -> None:
        """Answer a binary message."""

    async def say(self, message: Message) -> None:
        """Send a JSON message."""
        await self.base_send({"type": "websocket.send", "text": encode_message(message)})

    async def say_bytes(self, message: bytes) -> None:
        """Send a binary message."""
        await self.base_send({"type": "websocket.send", "bytes": message})

    async def refuse(self, error: Exception) -> None:
        """Say what was wrong and close with its code; the first refusal of a socket stands."""
        if self._closing:
            return
        told = refusal(error)
        if told is None:
            logger.error("%s: our own error", self.name, exc_info=error)
            told = INTERNAL_ERROR
        else:
            logger.warning("%s: refused, %s", self.name, loggable(told))
        self._closing = True
        peer_refused(told.code)
        await self.say(told)
        await self.finish(told.close_code)
        await self._tidy_up(self.refused(told))

    async def disconnect(self, code: int) -> None:
        """Tidy up what hung on the connection."""
        self._closing = True
        logger.info("%s: closed with %s", self.name, code)
        # What was said by our own close stands, whatever the peer made of it.
        await self._tidy_up(self.left(code if self._closed_with is None else self._closed_with))

    async def left(self, code: int) -> None:
        """Called when the connection is over, with the code that ended it."""

    def forget(self) -> None:
        """Called when nobody serves the connection any more, be it after a kill."""

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something beside the peer's messages; what it raises is refused as of a message."""
        task = asyncio.create_task(self._guard(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def end_tasks(self) -> None:
        """Cancel what was started, but for who calls."""
        current = asyncio.current_task()
        for task in self._tasks:
            if task is not current:
                task.cancel()

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:  # pylint: disable=broad-exception-caught  # refused by kind
            await self.refuse(error)

    async def _tidy_up(self, work: Coroutine[Any, Any, None]) -> None:
        """Await what keeps account of an end; where it fails, expiry or resume make up for it."""
        try:
            await work
        except StorageUnavailable as error:
            logger.warning("%s: its end could not be noted, %s", self.name, error)

    async def refused(self, error: Error) -> None:
        """Called after a refusal was sent, for what has to be kept of it."""

    async def finish(self, close_code: int = 1000) -> None:
        """Close, and take no further message."""
        self._closing = True
        self._closed_with = close_code
        await self.close(close_code)

    async def change(
        self, key: object, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run a service that writes one session's row, committed with what other sockets change.

        Args:
            key: What is locked first: the session's id, as a rule.

        Raises:
            StorageUnavailable: the database cannot be written just now.
        """
        make = partial(function, *args, **kwargs)
        made = await self.context.changing.hand_in(Change(str(key), make))
        if isinstance(made, Exception):
            raise made
        result: R = made
        return result

    @property
    def name(self) -> str:
        """Whose connection this is, for log lines."""
        host, port = self.scope.get("client") or ("?", 0)
        return f"{host}:{port}"

    @property
    def visitor(self) -> Visitor:
        """Who opened the socket, as the gate before it found out."""
        visitor: Visitor = self.scope["visitor"]
        return visitor
