"""streaming.database.in_database."""

import threading

import pytest
from django.db import Error, InterfaceError, OperationalError, ProgrammingError, connections

from streaming.database import in_database
from streaming.errors import StorageUnavailable


async def test_runs_off_the_event_loop_and_gives_what_came() -> None:
    def service(first: int, *, second: int) -> tuple[int, int]:
        assert threading.current_thread() is not threading.main_thread()
        return first, second

    assert await in_database(service, 1, second=2) == (1, 2)


async def test_raises_what_was_raised() -> None:
    def service() -> None:
        raise LookupError("nothing")

    with pytest.raises(LookupError, match="nothing"):
        await in_database(service)


@pytest.mark.parametrize(
    "error", [OperationalError("database is locked"), InterfaceError("connection already closed")]
)
async def test_says_when_the_database_cannot_be_used(error: Error) -> None:
    def service() -> None:
        raise error

    with pytest.raises(StorageUnavailable, match=str(error)) as raised:
        await in_database(service)
    assert raised.value.__cause__ is error


async def test_leaves_our_own_mistakes_as_they_are() -> None:
    def service() -> None:
        raise ProgrammingError("no such column")

    with pytest.raises(ProgrammingError):
        await in_database(service)


@pytest.mark.django_db(transaction=True)
async def test_keeps_its_connection_until_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[int] = []
    # The real one keeps the tests' database, which is in memory.
    monkeypatch.setattr(type(connections["default"]), "close", lambda one: closed.append(id(one)))

    def connected() -> int:
        connections["default"].ensure_connection()
        return id(connections["default"])

    def fail() -> None:
        raise OperationalError("gone")

    first = await in_database(connected)
    assert await in_database(connected) == first
    assert not closed
    with pytest.raises(StorageUnavailable):
        await in_database(fail)
    assert closed == [first]
