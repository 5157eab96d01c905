"""streaming.consumers.uptake.Uptake."""

import asyncio
from typing import Any

import pytest

from results.errors import ConflictingPrediction, UnsentSequence
from results.services import StoredBatch
from streaming.consumers import uptake as module
from streaming.consumers.uptake import MAX_UNDERWAY, Batch, Uptake
from streaming.group_commit import Verdict
from tests.results.conftest import make_batch

WITHIN_S = 10
STORED = StoredBatch(stored=1, repeated=0, total=1)


class Database:
    """Says what became of a batch when the test does."""

    def __init__(self) -> None:
        self.handed_in: list[tuple[int, asyncio.Future[Verdict]]] = []
        self.answered: list[int] = []

    def hand_in(self, batch: Batch) -> asyncio.Future[Verdict]:
        """Remember it."""
        verdict: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()
        self.handed_in.append((batch.number, verdict))
        return verdict

    async def answer(self, batch: Batch, _stored: StoredBatch) -> None:
        """Remember it."""
        self.answered.append(batch.number)


def _batch(number: int) -> Batch:
    held: Any = None
    return Batch(number, held, make_batch(1))


async def test_answers_in_the_order_in_which_they_came() -> None:
    database = Database()
    uptake = Uptake(database.hand_in, database.answer)
    running = asyncio.create_task(uptake.run())
    for number in range(3):
        await uptake.take(_batch(number))
    for index in (2, 1):
        database.handed_in[index][1].set_result(STORED)
    await asyncio.sleep(0.01)
    assert not database.answered
    database.handed_in[0][1].set_result(STORED)
    await asyncio.wait_for(uptake.settle(), WITHIN_S)
    assert database.answered == [0, 1, 2]
    running.cancel()


async def test_waits_while_too_many_are_under_way() -> None:
    database = Database()
    uptake = Uptake(database.hand_in, database.answer)
    for number in range(MAX_UNDERWAY):
        await uptake.take(_batch(number))
    waiting = asyncio.create_task(uptake.take(_batch(MAX_UNDERWAY)))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    running = asyncio.create_task(uptake.run())
    database.handed_in[0][1].set_result(STORED)
    await asyncio.wait_for(waiting, WITHIN_S)
    running.cancel()


async def test_nothing_is_answered_after_one_that_is_refused() -> None:
    database = Database()
    uptake = Uptake(database.hand_in, database.answer)
    running = asyncio.create_task(uptake.run())
    for number in range(3):
        await uptake.take(_batch(number))
    verdicts: list[Verdict] = [STORED, ConflictingPrediction("frame 1"), STORED]
    for (_, future), verdict in zip(database.handed_in, verdicts, strict=True):
        future.set_result(verdict)
    with pytest.raises(ConflictingPrediction):
        await asyncio.wait_for(running, WITHIN_S)
    await asyncio.wait_for(uptake.settle(), WITHIN_S)
    await uptake.take(_batch(3))
    assert database.answered == [0]
    assert len(database.handed_in) == 3


async def test_nobody_waits_for_what_was_cancelled() -> None:
    database = Database()
    uptake = Uptake(database.hand_in, database.answer)
    running = asyncio.create_task(uptake.run())
    await uptake.take(_batch(0))
    settled = asyncio.create_task(uptake.settle())
    await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.wait_for(settled, WITHIN_S)
    assert not database.answered


async def test_asks_again_while_another_process_s_count_trails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "ASK_AGAIN_AFTER_S", 0)
    database = Database()
    uptake = Uptake(database.hand_in, database.answer)
    running = asyncio.create_task(uptake.run())
    await uptake.take(_batch(0))
    database.handed_in[0][1].set_result(UnsentSequence("frame 0", is_exact=False))
    while len(database.handed_in) < 2:
        await asyncio.sleep(0.001)
    database.handed_in[1][1].set_result(STORED)
    await asyncio.wait_for(uptake.settle(), WITHIN_S)
    assert database.answered == [0]
    running.cancel()


@pytest.mark.parametrize(("is_exact", "limit_s"), [(True, 8.0), (False, -1.0)])
async def test_a_frame_that_was_not_sent_is_refused_in_the_end(
    monkeypatch: pytest.MonkeyPatch, is_exact: bool, limit_s: float
) -> None:
    monkeypatch.setattr(module, "SENT_COUNT_TRAILS_S", limit_s)
    database = Database()
    uptake = Uptake(database.hand_in, database.answer)
    running = asyncio.create_task(uptake.run())
    await uptake.take(_batch(0))
    database.handed_in[0][1].set_result(UnsentSequence("frame 0", is_exact=is_exact))
    with pytest.raises(UnsentSequence):
        await asyncio.wait_for(running, WITHIN_S)
    assert len(database.handed_in) == 1
