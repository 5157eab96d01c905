"""telemetry.metrics.committing."""

import asyncio
from typing import Any

import pytest

from telemetry.metrics import committing
from tests.telemetry.samples import sample


def _noted() -> tuple[float, float]:
    return sample("fashionsite_batches_waiting"), sample("fashionsite_commit_seconds_count")


def _future() -> "asyncio.Future[Any]":
    return asyncio.get_running_loop().create_future()


async def test_a_batch_waits_until_it_is_committed() -> None:
    waiting, committed = _noted()
    first, second = _future(), _future()
    assert committing(first) is first
    committing(second)
    assert _noted() == (waiting + 2, committed)
    first.set_result("stored")
    await asyncio.sleep(0)
    assert _noted() == (waiting + 1, committed + 1)
    second.set_result("stored")
    await asyncio.sleep(0)
    assert _noted() == (waiting, committed + 2)


@pytest.mark.parametrize("end", ["refused", "failed", "cancelled"])
async def test_a_batch_that_is_not_committed_waits_no_more_and_has_no_time(end: str) -> None:
    before = _noted()
    verdict = committing(_future())
    if end == "refused":
        verdict.set_result(ValueError("refused"))
    elif end == "failed":
        verdict.set_exception(ValueError("failed"))
        assert isinstance(verdict.exception(), ValueError)
    else:
        verdict.cancel()
    await asyncio.sleep(0)
    assert _noted() == before
