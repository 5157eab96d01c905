"""What both sockets do alike: subprotocol, decoding, refusing, and listening to the doorbell."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, ParamSpec, TypeVar

import msgspec
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from streaming.consumers.refusals import INTERNAL_ERROR, refusal
from streaming.context import StreamContext
from streaming.errors import WrongSubprotocol
from streaming.messages import Error, Message, decode_message, encode_message

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")


async def in_database(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a service or selector off the event loop."""
    result: R = await database_sync_to_async(function)(*args, **kwargs)
    return result


class PeerConsumer(AsyncWebsocketConsumer, ABC):
    """One websocket of our protocol, seen from the server.

    Subclasses name their subprotocol and the messages they take, and answer ``on_message`` and
    ``on_binary``. Whatever those raise is told to the peer as ``error`` with its close code; our
    own bugs are logged with their traceback and close with 4500.
    """

    subprotocol: ClassVar[str]
    types: ClassVar[dict[str, type[msgspec.Struct]]]

    def __init__(self, context: StreamContext) -> None:
        super().__init__()
        self.context = context
        self._closing = False
        self._groups: set[str] = set()

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
        if self._closing:
            return
        try:
            if text_data is not None:
                await self.on_message(decode_message(text_data, self.types))
            else:
                await self.on_binary(bytes_data or b"")
        except Exception as error:  # pylint: disable=broad-exception-caught  # refused by kind
            await self.refuse(error)

    @abstractmethod
    async def on_message(self, message: Any) -> None:
        """Answer a decoded JSON message."""

    @abstractmethod
    async def on_binary(self, message: bytes) -> None:
        """Answer a binary message."""

    async def say(self, message: Message) -> None:
        """Send a JSON message."""
        await self.send(text_data=encode_message(message))

    async def refuse(self, error: Exception) -> None:
        """Say what was wrong and close with its code; the first refusal of a socket stands."""
        if self._closing:
            return
        told = refusal(error)
        if told is None:
            logger.error("%s: our own error", self.name, exc_info=error)
            told = INTERNAL_ERROR
        else:
            logger.warning("%s: refused, %s: %s", self.name, told.code, told.detail)
        await self.refused(told)
        await self.say(told)
        await self.finish(told.close_code)

    async def disconnect(self, code: int) -> None:
        """Say that the connection is over; subclasses tidy up what hung on it."""
        for group in list(self._groups):
            await self.unlisten(group)
        logger.info("%s: closed with %s", self.name, code)

    async def refused(self, error: Error) -> None:
        """Called before a refusal is sent, for what has to be kept of it."""

    async def finish(self, close_code: int = 1000) -> None:
        """Close, and take no further message."""
        self._closing = True
        await self.close(close_code)

    @property
    def name(self) -> str:
        """Whose connection this is, for log lines."""
        host, port = self.scope.get("client") or ("?", 0)
        return f"{host}:{port}"

    async def listen(self, group: str) -> None:
        """Have ``doorbell_rang`` called when the group is rung."""
        self._groups.add(group)
        await self.channel_layer.group_add(group, self.channel_name)

    async def unlisten(self, group: str) -> None:
        """Leave a group."""
        self._groups.discard(group)
        await self.channel_layer.group_discard(group, self.channel_name)
