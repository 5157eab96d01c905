"""Services and selectors off the event loop, on connections that last."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connections

from streaming.errors import StorageUnavailable

P = ParamSpec("P")
R = TypeVar("R")

_HOUSEKEEPER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="housekeeper")


async def in_database(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a service or selector off the event loop, on the one connection that the sockets share.

    The connection stays open, as opening one for each batch of predictions costs more than
    storing it; after an error it is closed, so that a database that comes back is found again.

    Raises:
        StorageUnavailable: the database cannot be reached or written just now.
    """
    return await sync_to_async(_tried)(function, *args, **kwargs)


async def in_own_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """:func:`in_database` for what may take seconds, in a thread and connection of its own.

    Raises:
        StorageUnavailable: as above.
    """
    return await sync_to_async(_tried_once, thread_sensitive=False)(function, *args, **kwargs)


async def in_housekeeping(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """:func:`in_own_thread` for what nobody waits for, one after the other in the same thread.

    The allocator keeps for each thread what it once took, here some megabytes; in whichever of
    many threads was idle they would be taken by each of them in the end.

    Raises:
        StorageUnavailable: as above.
    """
    run = sync_to_async(_tried_once, thread_sensitive=False, executor=_HOUSEKEEPER)
    return await run(function, *args, **kwargs)


def _tried(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    try:
        return function(*args, **kwargs)
    except DatabaseError as error:
        _close_connections()
        if isinstance(error, (OperationalError, InterfaceError)):
            raise StorageUnavailable(f"the database cannot be used just now: {error}") from error
        raise


def _tried_once(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    try:
        return _tried(function, *args, **kwargs)
    finally:
        _close_connections()


def _close_connections() -> None:
    for connection in connections.all(initialized_only=True):
        # Within a transaction of somebody else, as in a test, it is theirs to close.
        if not connection.in_atomic_block:
            connection.close()
