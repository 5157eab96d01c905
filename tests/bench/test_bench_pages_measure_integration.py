"""bench.pages.measure, as the smoke test runs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench import pages
from bench.figures import Scale
from bench.hosts import EngineUnavailable, own_database


def test_visits_everything_on_each_engine_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def only_sqlite(engine: str, folder: Path) -> Iterator[object]:
        if engine != "SQLite":
            raise EngineUnavailable("nobody answers")
        with own_database(engine, folder) as settings:
            yield settings

    monkeypatch.setattr(pages, "own_database", only_sqlite)
    section = pages.measure(Scale(rounds=1, is_quick=True))
    databases, addresses = section.tables
    assert [row["engine"] for row in databases.rows] == ["SQLite"]
    assert len(addresses.rows) > 60
    assert {row["group"] for row in addresses.rows} == {"page", "REST", "admin"}
    assert len(section.goals) == 2
    assert section.notes == ("PostgreSQL was left out: nobody answers.",)
