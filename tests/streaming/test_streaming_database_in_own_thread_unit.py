"""streaming.database.in_own_thread."""

import threading

import pytest
from django.db import OperationalError

from streaming.database import in_database, in_own_thread
from streaming.errors import StorageUnavailable


async def test_does_not_wait_for_the_thread_that_the_sockets_share() -> None:
    threads = {
        await in_database(threading.get_ident),
        await in_own_thread(threading.get_ident),
        threading.get_ident(),
    }
    assert len(threads) == 3


async def test_says_when_the_database_cannot_be_used() -> None:
    def service() -> None:
        raise OperationalError("disk full")

    with pytest.raises(StorageUnavailable, match="disk full"):
        await in_own_thread(service)
