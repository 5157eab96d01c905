"""What many sockets want written, committed together by one writer a process.

A commit costs about as much for one batch as for hundreds. The writer takes whatever waits, at
once: things are committed one by one where there is little to do, and many at a time where there
is much. Only after a group that came from a crowd does it rest for a moment, in which the next
one gathers: what a commit costs besides its rows would leave the streams half as much time. Three
are a crowd: streams that meet so often that three wait for the same commit will do so again.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DatabaseError, transaction

from results import services
from results.services import Delivery, StoredBatch
from streaming.database import in_database
from streaming.errors import StorageUnavailable

logger = logging.getLogger(__name__)

# What one transaction takes: some tens of milliseconds, for which everybody else waits.
MAX_ROWS = 16_384
MAX_BATCHES = 1_024
MAX_CHANGES = 64
# So many senders in one group are a crowd, of whom each waits for a small part of what comes.
CROWD = 3
REST_S = 0.03

T = TypeVar("T")
Verdict = StoredBatch | Exception
Prepare = Callable[[], Delivery]


@dataclass(frozen=True, slots=True)
class Change:
    """Something to be written that concerns one session.

    Attributes:
        key: Those of one transaction are made in this order, the same in every process, so that
            no two processes wait for each other's locks.
        make: Writes it.
    """

    key: str
    make: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[T]):
    item: T
    weight: int
    sender: object
    verdict: "asyncio.Future[Any]"

    def settle(self, verdict: Any) -> None:
        """Tell who waits, if anybody still does."""
        if not self.verdict.done():
            self.verdict.set_result(verdict)


class GroupCommit(Generic[T]):
    """The writer of one process and the queue before it; to be used on the event loop.

    Args:
        commit: Writes items in one transaction, and says of each what became of it: an error
            where it was refused, which harms none of the others. Called off the event loop.
        max_weight: Most weight of one transaction, but for a single item that has more.
        max_items: Most items of one transaction.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[T]], Sequence[Any]],
        *,
        max_items: int,
        max_weight: int | None = None,
    ) -> None:
        self._commit = commit
        self._max_items = max_items
        self._max_weight = max_items if max_weight is None else max_weight
        self._queue: deque[_Waiting[T]] = deque()
        self._writer: asyncio.Task[None] | None = None

    def hand_in(self, item: T, *, weight: int = 1, sender: object = None) -> "asyncio.Future[Any]":
        """Have an item committed with whatever else waits.

        Args:
            item: What to commit.
            weight: Of it.
            sender: From whom it is, where it does not matter that it waits a moment in a crowd.

        Returns:
            What becomes of it: it is committed, or here is the error that says why it is not. A
            database that cannot be used is a StorageUnavailable for every item that waited for
            the same commit.
        """
        waiting = _Waiting(item, weight, sender, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        return waiting.verdict

    async def _write(self) -> None:
        group: list[_Waiting[T]] = []
        try:
            while self._queue:
                group = self._next_group()
                await self._settle(group)
                if len({waiting.sender for waiting in group}) >= CROWD:
                    await asyncio.sleep(REST_S)
        finally:
            # Where it was cancelled, as the server ends, nobody waits for ever.
            for waiting in (*group, *self._queue):
                waiting.settle(StorageUnavailable("the server ends, nothing more is stored"))
            self._queue.clear()
            self._writer = None

    def _next_group(self) -> list[_Waiting[T]]:
        group = [self._queue.popleft()]
        weight = group[0].weight
        while self._queue and len(group) < self._max_items:
            weight += self._queue[0].weight
            if weight > self._max_weight:
                break
            group.append(self._queue.popleft())
        return group

    async def _settle(self, group: Sequence[_Waiting[T]]) -> None:
        try:
            verdicts = await in_database(self._commit, [each.item for each in group])
        except StorageUnavailable as error:
            for each in group:
                each.settle(StorageUnavailable(str(error)))
        # pylint: disable-next=broad-exception-caught  # told to whom it harms
        except Exception as error:
            if len(group) == 1:
                group[0].settle(error)
                return
            # One of them broke the transaction in a way that nobody thought of; the others shall
            # not suffer from it.
            logger.error("%d could not be written together", len(group), exc_info=error)
            for each in group:
                await self._settle([each])
        else:
            for each, verdict in zip(group, verdicts, strict=True):
                each.settle(verdict)


def store_prepared(prepares: Sequence[Prepare]) -> list[Verdict]:
    """Make deliveries of predictions, and store them; one that cannot be made is so alone."""
    verdicts: list[Verdict | None] = [None] * len(prepares)
    deliveries: list[Delivery] = []
    for index, prepare in enumerate(prepares):
        try:
            deliveries.append(prepare())
        except Exception as error:  # pylint: disable=broad-exception-caught  # the others go on
            verdicts[index] = error
    stored = iter(services.store_deliveries(deliveries) if deliveries else ())
    return [next(stored) if verdict is None else verdict for verdict in verdicts]


def make_changes(changes: Sequence[Change]) -> list[Any]:
    """Make changes of several sessions in one transaction.

    Each is a transaction of its own within it, as services are, so that one that is refused is
    undone alone.
    """
    if len(changes) == 1:
        return [_made(changes[0])]
    results: dict[int, Any] = {}
    with transaction.atomic():
        for index in sorted(range(len(changes)), key=lambda each: changes[each].key):
            results[index] = _made(changes[index])
    return [results[index] for index in range(len(changes))]


def _made(change: Change) -> Any:
    try:
        return change.make()
    except DatabaseError:
        # It may be the whole transaction that is broken.
        raise
    except Exception as error:  # pylint: disable=broad-exception-caught  # the others go on
        return error
