"""The batches of one socket on their way into the database, answered in the order they came."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from results.batches import PredictionBatch
from results.errors import UnsentSequence
from results.services import StoredBatch
from streaming.bookkeeping import HeldSession
from streaming.group_commit import Verdict

# The next message of the socket waits for one of them.
MAX_UNDERWAY = 32
# Where another process streams the frames, its count of them trails by a second or two, and more
# where it is gone and its silence has to tell so.
SENT_COUNT_TRAILS_S = 8.0
ASK_AGAIN_AFTER_S = 0.1


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it came, of the session that the socket had.

    Attributes:
        number: What the client calls it.
    """

    number: int
    held: HeldSession
    content: PredictionBatch


HandIn = Callable[[Batch], asyncio.Future[Verdict]]
Answer = Callable[[Batch, StoredBatch], Awaitable[None]]


class Uptake:
    """Has batches stored, several at a time, and answers one after the other.

    Args:
        hand_in: Has a batch stored.
        answer: Called once a batch is committed.
    """

    def __init__(self, hand_in: HandIn, answer: Answer) -> None:
        self._hand_in = hand_in
        self._answer = answer
        self._underway: asyncio.Queue[tuple[Batch, asyncio.Future[Verdict]]]
        self._underway = asyncio.Queue(MAX_UNDERWAY)
        self._has_ended = False

    async def take(self, batch: Batch) -> None:
        """Have one more stored; waits while there are too many, and drops it after the end."""
        if not self._has_ended:
            await self._underway.put((batch, self._hand_in(batch)))

    async def settle(self) -> None:
        """Wait until every batch taken is stored and answered, or nothing is any more."""
        if not self._has_ended:
            await self._underway.join()

    async def run(self) -> None:
        """Answer until cancelled, or until a batch is refused.

        Raises:
            ResultsError, StorageUnavailable, DatasetError: why; the batches after it are not
                answered.
        """
        try:
            while True:
                batch, verdict = await self._underway.get()
                try:
                    await self._answer(batch, await self._stored(batch, verdict))
                finally:
                    self._underway.task_done()
        finally:
            self._has_ended = True
            while not self._underway.empty():
                self._underway.get_nowait()
                self._underway.task_done()

    async def _stored(self, batch: Batch, verdict: asyncio.Future[Verdict]) -> StoredBatch:
        """What was stored; waits a little for another process's count of what it sent."""
        deadline = asyncio.get_running_loop().time() + SENT_COUNT_TRAILS_S
        became = await verdict
        while isinstance(became, UnsentSequence) and not became.is_exact:
            if asyncio.get_running_loop().time() > deadline:
                break
            await asyncio.sleep(ASK_AGAIN_AFTER_S)
            became = await self._hand_in(batch)
        if isinstance(became, Exception):
            raise became
        return became
