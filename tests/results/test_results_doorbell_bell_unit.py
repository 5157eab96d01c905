"""results.doorbell.Bell."""

import asyncio

import pytest

from results.doorbell import Bell


async def test_rings_in_quick_succession_become_one(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[str] = []
    all_rung = asyncio.Event()

    async def ring(group: str) -> None:
        rung.append(group)
        if len(rung) == 3:
            all_rung.set()

    monkeypatch.setattr("results.doorbell.ring", ring)
    bell = Bell(pause_s=0.001)
    for group in ("one", "other", "one", "one"):
        bell.ring(group)
    while len(rung) < 2:
        await asyncio.sleep(0)
    assert sorted(rung) == ["one", "other"]
    # During the pause, and after it.
    bell.ring("one")
    await asyncio.wait_for(all_rung.wait(), 10)
    assert rung[2:] == ["one"]
