"""streaming.database.in_housekeeping."""

import asyncio
import threading

import pytest
from django.db import OperationalError

from streaming.database import in_database, in_housekeeping
from streaming.errors import StorageUnavailable


async def test_is_always_the_same_thread_and_nobody_elses() -> None:
    threads = await asyncio.gather(*(in_housekeeping(threading.get_ident) for _ in range(20)))
    assert len(set(threads)) == 1
    assert not {await in_database(threading.get_ident), threading.get_ident()} & set(threads)


async def test_says_when_the_database_cannot_be_used() -> None:
    def service() -> None:
        raise OperationalError("disk full")

    with pytest.raises(StorageUnavailable, match="disk full"):
        await in_housekeeping(service)
