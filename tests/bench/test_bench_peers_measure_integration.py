"""bench.peers.measure in a smoke test."""

import importlib.util

import pytest

from bench.figures import Scale
from bench.peers import PEERS, WAYS, measure

QUICK = Scale(rounds=1, is_quick=True)


def test_says_which_packages_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_spec(name: str) -> None:
        if "." in name:
            raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib.util, "find_spec", find_spec)
    section = measure(QUICK)
    assert section.how == (
        "Not measured: litserve, ray.serve, aiohttp, requests not installed; "
        "pip install '.[peers]'"
    )
    assert (section.tables, section.goals) == ((), ())


@pytest.mark.skipif(
    importlib.util.find_spec("litserve") is None, reason="the extra `peers` is not installed"
)
def test_goes_through_everybody() -> None:
    section = measure(QUICK)
    (table,) = section.tables
    assert len(table.rows) == 1 + len(PEERS) * len(WAYS)
    assert len(section.goals) == 2 * len(PEERS)
    assert all(goal.measured > 0 for goal in section.goals)
