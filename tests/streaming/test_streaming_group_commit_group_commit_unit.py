"""streaming.group_commit.GroupCommit."""

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError

from streaming.errors import StorageUnavailable
from streaming.group_commit import CROWD, GroupCommit

WITHIN_S = 10


class Ledger:
    """Takes groups, the first of them when it is let, and remembers them."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.may_go_on = threading.Event()
        self.error: Exception | None = None

    def commit(self, items: Sequence[int]) -> list[Any]:
        """Double each; what is negative is refused by itself."""
        self.groups.append(list(items))
        assert self.may_go_on.wait(WITHIN_S)
        if self.error is not None:
            raise self.error
        if 13 in items:
            raise IntegrityError("thirteen")
        return [ValueError(f"{item}") if item < 0 else 2 * item for item in items]


@pytest.fixture(name="ledger")
def make_ledger() -> Ledger:
    """A ledger whose first group waits."""
    return Ledger()


async def _verdicts(futures: Sequence["asyncio.Future[Any]"]) -> list[Any]:
    return list(await asyncio.wait_for(asyncio.gather(*futures), WITHIN_S))


async def _begun(ledger: Ledger) -> None:
    while not ledger.groups:
        await asyncio.sleep(0.001)


async def test_takes_all_that_waits_at_once_and_never_waits_for_more(ledger: Ledger) -> None:
    commit = GroupCommit(ledger.commit, max_items=100)
    first = commit.hand_in(1)
    await _begun(ledger)
    rest = [commit.hand_in(item) for item in range(2, 9)]
    ledger.may_go_on.set()
    assert await _verdicts([first, *rest]) == [2 * item for item in range(1, 9)]
    assert ledger.groups == [[1], list(range(2, 9))]
    # And begins anew when something comes again.
    assert await _verdicts([commit.hand_in(5)]) == [10]


async def test_takes_no_more_than_a_transaction_holds(ledger: Ledger) -> None:
    ledger.may_go_on.set()
    commit = GroupCommit(ledger.commit, max_items=3, max_weight=10)
    weights = [20, 4, 4, 4, 1, 1, 1, 1]
    futures = [commit.hand_in(item, weight=weight) for item, weight in enumerate(weights)]
    assert await _verdicts(futures) == [2 * item for item in range(8)]
    assert ledger.groups == [[0], [1, 2], [3, 4, 5], [6, 7]]


async def test_one_that_is_refused_harms_none_of_the_others(ledger: Ledger) -> None:
    ledger.may_go_on.set()
    commit = GroupCommit(ledger.commit, max_items=10)
    one, refused, other = await _verdicts([commit.hand_in(item) for item in (1, -1, 3)])
    assert (one, other) == (2, 6)
    assert isinstance(refused, ValueError)


async def test_one_that_breaks_the_transaction_harms_none_of_the_others(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    ledger.may_go_on.set()
    commit = GroupCommit(ledger.commit, max_items=10)
    one, broken, other = await _verdicts([commit.hand_in(item) for item in (1, 13, 3)])
    assert (one, other) == (2, 6)
    assert isinstance(broken, IntegrityError)
    assert ledger.groups == [[1, 13, 3], [1], [13], [3]]
    assert "3 could not be written together" in caplog.text


async def test_a_database_that_cannot_be_used_is_told_to_all_and_may_come_back(
    ledger: Ledger,
) -> None:
    ledger.may_go_on.set()
    ledger.error = OperationalError("database is locked")
    commit = GroupCommit(ledger.commit, max_items=10)
    verdicts = await _verdicts([commit.hand_in(item) for item in range(3)])
    assert [type(each) for each in verdicts] == [StorageUnavailable] * 3
    # Each is told by itself: an exception that is raised in several tasks is changed by each.
    assert len({id(each) for each in verdicts}) == 3
    assert "database is locked" in str(verdicts[0])
    ledger.error = None
    assert await _verdicts([commit.hand_in(4)]) == [8]


async def test_nobody_waits_for_ever_where_the_writer_is_ended(ledger: Ledger) -> None:
    commit = GroupCommit(ledger.commit, max_items=2)
    futures = [commit.hand_in(item) for item in range(5)]
    await _begun(ledger)
    (writer,) = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    writer.cancel()
    verdicts = await _verdicts(futures)
    ledger.may_go_on.set()
    assert [type(each) for each in verdicts] == [StorageUnavailable] * 5
    # Nothing of what was still waiting was written.
    assert ledger.groups == [[0, 1]]


async def test_whoever_has_left_is_not_told(ledger: Ledger) -> None:
    commit = GroupCommit(ledger.commit, max_items=10)
    futures = [commit.hand_in(item) for item in range(3)]
    await _begun(ledger)
    futures[1].cancel()
    ledger.may_go_on.set()
    assert await _verdicts([futures[0], futures[2]]) == [0, 4]


@pytest.mark.parametrize(
    ("senders", "groups"),
    [
        pytest.param(range(CROWD), [[100, 101]], id="a crowd: the next gather meanwhile"),
        pytest.param([7] * CROWD, [[100], [101]], id="one sender: none waits"),
    ],
)
async def test_rests_after_a_crowd(
    ledger: Ledger, senders: Sequence[int], groups: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    rests = asyncio.Event()
    monkeypatch.setattr("streaming.group_commit.REST_S", 0.5)
    ledger.may_go_on.set()
    commit = GroupCommit(ledger.commit, max_items=100)
    await _verdicts([commit.hand_in(0, sender=sender) for sender in senders])
    ledger.groups.clear()
    ledger.may_go_on.clear()
    first = commit.hand_in(100, sender=1)
    asyncio.get_running_loop().call_later(0.1, rests.set)
    await rests.wait()
    second = commit.hand_in(101, sender=2)
    ledger.may_go_on.set()
    assert await _verdicts([first, second]) == [200, 202]
    assert ledger.groups == groups
