"""streaming.watching.Watcher."""

import asyncio
import logging
from collections.abc import Collection
from uuid import UUID

import pytest
from django.db import OperationalError

from results.doorbell import ring_session
from results.lifecycle import SessionState
from results.services import Note, SessionNote
from results.services.counts import SessionCounts
from streaming.watching import Watcher

WITHIN_S = 10
ONE, OTHER, MISSING = (UUID(int=number) for number in range(1, 4))


def _counts(uuid: UUID) -> SessionCounts:
    return SessionCounts(
        uuid=uuid,
        state=SessionState.RUNNING,
        connection=1,
        frames_connection=1,
        announced=10,
        sent=0,
        stored=0,
        received=0,
        analysed=0,
        frames_seen_at=None,
        stop_requested_at=None,
        classifier_id=1,
        dataset_id=1,
    )


class Socket:
    """Follows a session, and remembers what it was told."""

    def __init__(self, uuid: UUID, look_every_s: float = 1000.0) -> None:
        self.followed = uuid
        self.look_every_s = look_every_s
        self.to_note: list[Note] = []
        self.told: asyncio.Queue[SessionCounts | None] = asyncio.Queue()

    def note(self) -> Note | None:
        """What is to be noted next."""
        return self.to_note.pop(0) if self.to_note else None

    def looked(self, session: SessionCounts | None) -> None:
        """Remember it."""
        self.told.put_nowait(session)

    async def next(self) -> SessionCounts | None:
        """What it is told next."""
        return await asyncio.wait_for(self.told.get(), WITHIN_S)


class Database:
    """Knows two sessions, and remembers each look."""

    def __init__(self) -> None:
        self.looks: list[tuple[set[UUID], list[Note]]] = []
        self.errors: list[Exception] = []

    def look(self, uuids: Collection[UUID], notes: Collection[Note]) -> dict[UUID, SessionCounts]:
        """Fail as long as there are errors."""
        self.looks.append((set(uuids), list(notes)))
        if self.errors:
            raise self.errors.pop(0)
        return {uuid: _counts(uuid) for uuid in uuids if uuid != MISSING}


async def test_looks_for_all_at_once() -> None:
    database = Database()
    watcher = Watcher(database.look)
    sockets = [Socket(ONE), Socket(ONE), Socket(OTHER), Socket(MISSING)]
    note = SessionNote(ONE, 1, 1, 1, True)
    sockets[1].to_note.append(note)
    for socket in sockets:
        watcher.follow(socket)
    told = [await socket.next() for socket in sockets]
    assert [each and each.uuid for each in told] == [ONE, ONE, OTHER, None]
    assert database.looks == [({ONE, OTHER, MISSING}, [note])]
    for socket in sockets:
        watcher.leave(socket)


async def test_a_ring_wakes_who_follows_that_session() -> None:
    database = Database()
    watcher = Watcher(database.look)
    one, other = Socket(ONE), Socket(OTHER)
    for socket in (one, other):
        watcher.follow(socket)
        await socket.next()
    await ring_session(ONE)
    assert await one.next() is not None
    assert database.looks[-1] == ({ONE}, [])
    assert other.told.empty()
    watcher.rung(None)
    assert await one.next() is not None and await other.next() is not None
    assert database.looks[-1] == ({ONE, OTHER}, [])
    watcher.rung(MISSING)
    for socket in (one, other):
        watcher.leave(socket)


async def test_looks_by_itself_as_often_as_each_wants() -> None:
    database = Database()
    watcher = Watcher(database.look)
    often, seldom = Socket(ONE, look_every_s=0.01), Socket(OTHER)
    for socket in (seldom, often):
        watcher.follow(socket)
    for _ in range(4):
        await often.next()
    assert seldom.told.qsize() == 1
    watcher.leave(often)
    watcher.leave(seldom)


@pytest.mark.parametrize(
    ("error", "level"),
    [
        pytest.param(OperationalError("locked"), logging.WARNING, id="the database"),
        pytest.param(ZeroDivisionError("a bug"), logging.ERROR, id="a bug"),
    ],
)
async def test_goes_on_after_a_look_that_failed(
    error: Exception, level: int, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database()
    database.errors = [error]
    watcher = Watcher(database.look)
    socket = Socket(ONE, look_every_s=0.01)
    watcher.follow(socket)
    assert await socket.next() is not None
    assert len(database.looks) == 2
    assert [record.levelno for record in caplog.records] == [level]
    watcher.leave(socket)


async def test_who_leaves_is_told_no_more_and_the_last_ends_it() -> None:
    database = Database()
    watcher = Watcher(database.look)
    one, other = Socket(ONE, look_every_s=0.01), Socket(ONE, look_every_s=0.01)
    for socket in (one, other):
        watcher.follow(socket)
    await other.next()
    watcher.leave(one)
    watcher.leave(one)
    while not one.told.empty():
        one.told.get_nowait()
    for _ in range(3):
        await other.next()
    assert one.told.empty()
    watcher.leave(other)
    async with asyncio.timeout(WITHIN_S):
        while len(asyncio.all_tasks()) > 1:
            await asyncio.sleep(0.001)
    # Who comes after that is looked for again.
    watcher.follow(one)
    assert await one.next() is not None
    watcher.leave(one)
