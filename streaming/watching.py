"""One look for all sessions of a process: what others changed, and what was seen of them here.

The channel layer wakes the watcher, as may a socket; it looks by itself now and then, as a ring can
be lost. Whatever is looked at together costs two queries, however many sessions it is.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection
from typing import Protocol
from uuid import UUID

from results import services
from results.doorbell import ControlListener
from results.services.counts import SessionCounts
from results.services.looking import Note
from streaming.database import in_database
from streaming.errors import StorageUnavailable

logger = logging.getLogger(__name__)

# How often the database is looked at when no doorbell rings; a ring that was lost costs this much.
LOOK_EVERY_S = 1.0
# Where another process has the session socket, it needs the count of frames sent from here.
LOOK_FOR_OTHERS_EVERY_S = 0.2
# Rings in quick succession are one look.
PAUSE_S = 0.02

Look = Callable[[Collection[UUID], Collection[Note]], dict[UUID, SessionCounts]]


class Follower(Protocol):
    """A socket that has a session, or its frames."""

    @property
    def followed(self) -> UUID:
        """The session."""

    @property
    def look_every_s(self) -> float:
        """How long it can be without a look."""

    def note(self) -> Note | None:
        """What was seen since the last time and is to be written down."""

    def looked(self, session: SessionCounts | None) -> None:
        """Take what the session is now; None where there is none any more."""


class Watcher:
    """Looks at the sessions of those that follow; to be used on the event loop.

    Args:
        look: Writes notes down and reads sessions.
    """

    def __init__(self, look: Look = services.look_at_sessions) -> None:
        self._look = look
        self._due: dict[Follower, float] = {}
        self._uuids: dict[Follower, UUID] = {}
        self._followers: dict[UUID, set[Follower]] = {}
        self._wake = asyncio.Event()
        self._listener: ControlListener | None = None
        self._watching: asyncio.Task[None] | None = None

    def follow(self, follower: Follower) -> None:
        """Look for this one from now on, at once for the first time."""
        session_uuid = follower.followed
        self._due[follower] = 0.0
        self._uuids[follower] = session_uuid
        self._followers.setdefault(session_uuid, set()).add(follower)
        self._wake.set()
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch())

    def leave(self, follower: Follower) -> None:
        """Look for this one no more."""
        if self._due.pop(follower, None) is None:
            return
        session_uuid = self._uuids.pop(follower)
        self._followers[session_uuid].discard(follower)
        if not self._followers[session_uuid]:
            del self._followers[session_uuid]
        if not self._due:
            self._wake.set()

    def rung(self, session_uuid: UUID | None) -> None:
        """Look soon at a session; None: at all of them."""
        if session_uuid is None:
            found = list(self._due)
        else:
            found = list(self._followers.get(session_uuid, ()))
        for follower in found:
            self._due[follower] = 0.0
        if found:
            self._wake.set()

    async def _watch(self) -> None:
        """Look until nobody follows."""
        loop = asyncio.get_running_loop()
        listener = ControlListener(self.rung)
        try:
            await listener.start()
            while self._due:
                self._wake.clear()
                now = loop.time()
                due = [follower for follower, at in self._due.items() if at <= now]
                if due:
                    await self._look_for(due)
                    await asyncio.sleep(PAUSE_S)
                else:
                    next_at = min(self._due.values())
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._wake.wait(), max(0.0, next_at - loop.time()))
        finally:
            self._watching = None
            await listener.close()

    async def _look_for(self, due: Collection[Follower]) -> None:
        now = asyncio.get_running_loop().time()
        for follower in due:
            # Before the look: a ring during it asks for another.
            self._due[follower] = now + follower.look_every_s
        notes = [note for follower in due if (note := follower.note()) is not None]
        try:
            uuids = {self._uuids[follower] for follower in due}
            found = await in_database(self._look, uuids, notes)
        except StorageUnavailable as error:
            # What is sent meanwhile is acknowledged by nobody; the next look makes up for it.
            logger.warning("%d sockets: their sessions were not looked at, %s", len(due), error)
        except Exception:  # pylint: disable=broad-exception-caught  # the others go on
            logger.exception("looking at %d sockets' sessions failed", len(due))
        else:
            for follower in due:
                # Unless it left meanwhile.
                if follower in self._due:
                    follower.looked(found.get(self._uuids[follower]))
