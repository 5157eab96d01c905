"""Where a server's rows go."""

from pathlib import Path

import pytest

from bench import hosts
from bench.hosts import EngineUnavailable, own_database
from tests.sharing import free_ports


def test_is_a_file_of_the_folder_on_sqlite(tmp_path: Path) -> None:
    with own_database("SQLite", tmp_path) as settings:
        assert settings == {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3"}


def test_says_where_no_postgresql_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (port,) = free_ports(1)
    monkeypatch.setattr(hosts, "POSTGRESQL", f"postgres://postgres@127.0.0.1:{port}")
    with pytest.raises(EngineUnavailable, match=f"no PostgreSQL answers at .*{port}"):
        with own_database("PostgreSQL", tmp_path):
            pytest.fail("there is none")
