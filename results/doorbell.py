"""Telling whoever listens that a session has changed; what changed is in the database.

Channel layers deliver at most once and drop silently, so a ring says at most which session it is
about, and every listener also looks by itself from time to time. A layer that is down costs no more
than that.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

logger = logging.getLogger(__name__)

RING_TYPE = "doorbell.rang"  # the handler of a Channels consumer: doorbell_rang
REQUESTS_GROUP = "session-requests"
# Of every server process, rung with the session that starts, stops, ends or moves. A group for each
# session would cost each socket, or the process, a subscription for every session.
CONTROL_GROUP = "session-control"
LAYER_ANSWERS_WITHIN_S = 2.0
LISTEN_AGAIN_AFTER_S = 2.0
# One that hangs instead of failing would cost every batch of predictions that long.
RING_AGAIN_AFTER_S = 20.0
# Numbers that change are shown some ten times a second at most; ringing takes a fifth of the time.
BELL_PAUSE_S = 0.1
BELL_REST_FACTOR = 4.0
# Of several connections to a layer that was started anew, each breaks once more.
WORKS_AGAIN_AFTER_S = 2.0


def session_group(session_uuid: UUID) -> str:
    """The channel layer group of whoever watches one session, rung when its numbers change."""
    return f"session-{session_uuid.hex}"


class _Layer:
    """Whether the channel layer works, told once whenever that changes."""

    def __init__(self) -> None:
        self._is_down = False
        self._failed_at = 0.0
        self._hangs_until = 0.0

    @property
    def hangs(self) -> bool:
        """Whether it did not answer in time, a while ago."""
        return time.monotonic() < self._hangs_until

    def works(self) -> None:
        """It answered."""
        self._hangs_until = 0.0
        if self._is_down and time.monotonic() - self._failed_at >= WORKS_AGAIN_AFTER_S:
            self._is_down = False
            logger.info("the channel layer works again")

    def fails(self, error: Exception) -> None:
        """It did not."""
        self._failed_at = time.monotonic()
        if isinstance(error, TimeoutError):
            self._hangs_until = time.monotonic() + RING_AGAIN_AFTER_S
        if not self._is_down:
            self._is_down = True
            logger.warning(
                "the channel layer does not work, changes are seen late until it does: %s",
                str(error) or type(error).__name__,
            )


_layer = _Layer()


async def ring(group: str, session_uuid: UUID | None = None) -> None:
    """Wake every listener of a group; a full, absent or unreachable one is not waited for.

    Args:
        session_uuid: Which session it is about, for a group that is of many.
    """
    layer = get_channel_layer()
    if layer is None or _layer.hangs:
        return
    if isinstance(layer, InMemoryChannelLayer) and group not in layer.groups:
        # Nobody listens; finding that out is a walk through all its channels otherwise.
        return
    message = {"type": RING_TYPE}
    if session_uuid is not None:
        message["session"] = session_uuid.hex
    try:
        async with asyncio.timeout(LAYER_ANSWERS_WITHIN_S):
            await layer.group_send(group, message)
    except Exception as error:  # pylint: disable=broad-exception-caught  # each layer has its own
        _layer.fails(error)
    else:
        _layer.works()


async def ring_session(session_uuid: UUID) -> None:
    """Wake both sockets of a session and whoever watches it."""
    await ring(CONTROL_GROUP, session_uuid)
    await ring(session_group(session_uuid))


class Listener:
    """Hears the rings of some groups, and listens again when the channel layer failed.

    Args:
        heard: Called on each ring, on the event loop; and after a gap, when one may have been
            missed.
    """

    def __init__(self, heard: Callable[[], None]) -> None:
        self._heard = heard
        self._groups: set[str] = set()
        self._channel: str | None = None
        self._task: asyncio.Task[None] | None = None

    async def listen(self, group: str) -> None:
        """Hear this group from now on, or from when the channel layer works again."""
        self._groups.add(group)
        if self._task is None:
            await self._connect()
            self._task = asyncio.create_task(self._receive())
        elif self._channel is not None:
            await self._reach("group_add", group, self._channel)

    async def unlisten(self, group: str) -> None:
        """Hear this group no more."""
        self._groups.discard(group)
        if self._channel is not None:
            await self._reach("group_discard", group, self._channel)

    async def close(self) -> None:
        """Hear nothing more."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        for group in list(self._groups):
            await self.unlisten(group)

    def hear(self, _message: dict[str, Any]) -> None:
        """Take a ring."""
        self._heard()

    async def _connect(self) -> None:
        layer: Any = get_channel_layer()
        if layer is None:
            return
        channel = await layer.new_channel()
        for group in list(self._groups):
            if not await self._reach("group_add", group, channel):
                return
        self._channel = channel

    async def _receive(self) -> None:
        layer: Any = get_channel_layer()
        while layer is not None:
            try:
                if self._channel is None:
                    await self._connect()
                    self._heard()
                while self._channel is not None:
                    self.hear(await layer.receive(self._channel))
            except Exception as error:  # pylint: disable=broad-exception-caught  # see `ring`
                _layer.fails(error)
                # A layer that was started anew knows nothing of its groups.
                self._channel = None
            await asyncio.sleep(LISTEN_AGAIN_AFTER_S)

    @staticmethod
    async def _reach(method: str, group: str, channel: str) -> bool:
        layer: Any = get_channel_layer()
        try:
            async with asyncio.timeout(LAYER_ANSWERS_WITHIN_S):
                await getattr(layer, method)(group, channel)
        except Exception as error:  # pylint: disable=broad-exception-caught  # see `ring`
            _layer.fails(error)
            return False
        _layer.works()
        return True


class ControlListener(Listener):
    """Hears which session rings, of all of them.

    Args:
        heard: Called with its id on each ring; with None after a gap, when any may have rung.
    """

    def __init__(self, heard: Callable[[UUID | None], None]) -> None:
        super().__init__(lambda: heard(None))
        self._heard_of = heard

    async def start(self) -> None:
        """Hear from now on, or from when the channel layer works again."""
        await self.listen(CONTROL_GROUP)

    def hear(self, message: dict[str, Any]) -> None:
        """Take a ring."""
        self._heard_of(UUID(message["session"]) if "session" in message else None)


class Bell:
    """Rings in quick succession become one, so that a thousand streams do not ring all the time.

    Args:
        pause_s: From one round to the next, at least.
    """

    def __init__(self, pause_s: float = BELL_PAUSE_S) -> None:
        self._pause_s = pause_s
        self._groups: set[str] = set()
        self._ringing: asyncio.Task[None] | None = None

    def ring(self, group: str) -> None:
        """Wake every listener of a group soon; on the event loop."""
        self._groups.add(group)
        if self._ringing is None:
            self._ringing = asyncio.create_task(self._ring())

    async def _ring(self) -> None:
        try:
            while self._groups:
                groups, self._groups = self._groups, set()
                began = time.monotonic()
                for group in groups:
                    await ring(group)
                took_s = time.monotonic() - began
                await asyncio.sleep(max(self._pause_s, BELL_REST_FACTOR * took_s))
        finally:
            self._ringing = None


def ring_from_sync(group: str) -> None:
    """:func:`ring` for code that runs outside an event loop (views, admin)."""
    async_to_sync(ring)(group)


def ring_session_from_sync(session_uuid: UUID) -> None:
    """:func:`ring_session` for code that runs outside an event loop."""
    async_to_sync(ring_session)(session_uuid)
