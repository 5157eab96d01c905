"""The database of each var folder: SQLite in it, or one on the PostgreSQL of ``DATABASE_URL``.

The tests follow the settings: where ``DATABASE_URL`` names a PostgreSQL, each server process that
a test starts gets a database of its own there, as it gets a file of its own otherwise.
"""

import contextlib
import os
import secrets
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

POSTGRES = "postgres://postgres@127.0.0.1:5432"
BUSY_WITHIN_S = 30.0

_databases: dict[Path, str] = {}


def is_postgres() -> bool:
    """Whether the tests run on PostgreSQL."""
    return os.environ.get("DATABASE_URL", "").startswith(("postgres:", "postgresql:"))


def cluster() -> str:
    """The URL of the PostgreSQL that the tests use, without a database and a slash at the end."""
    return os.environ["DATABASE_URL"].rpartition("/")[0] if is_postgres() else POSTGRES


def create_database() -> str:
    """The URL of a new database on the cluster.

    Raises:
        psycopg.OperationalError: nothing answers there.
    """
    name = f"fashionsite_test_{secrets.token_hex(8)}"
    with administrator() as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return f"{cluster()}/{name}"


def drop_database(url: str) -> None:
    """Drop a database, whoever still uses it."""
    name = sql.Identifier(url.rpartition("/")[2])
    with administrator() as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


@contextlib.contextmanager
def administrator() -> Iterator[psycopg.Connection]:
    """A connection to the cluster, each of whose statements is a transaction of its own."""
    with psycopg.connect(f"{cluster()}/postgres", autocommit=True, connect_timeout=5) as admin:
        yield admin


def settings_of(folder: Path) -> dict[str, str]:
    """The settings that name a folder's database; none where that is SQLite's file."""
    if not is_postgres():
        return {}
    if folder not in _databases:
        _databases[folder] = create_database()
    return {"DATABASE_URL": _databases[folder]}


def drop_databases() -> None:
    """Drop the database of every folder, at the end of a test run."""
    while _databases:
        drop_database(_databases.popitem()[1])


def rows(folder: Path, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    """What a query finds in a folder's database, as another program would read it.

    Args:
        query: With ``%s`` for each parameter.
    """
    url = settings_of(folder).get("DATABASE_URL")
    if url is not None:
        with psycopg.connect(url) as connection:
            return connection.execute(query.encode(), parameters).fetchall()
    file = sqlite3.connect(folder / "db.sqlite3", timeout=BUSY_WITHIN_S)
    with contextlib.closing(file) as connection:
        return connection.execute(query.replace("%s", "?"), parameters).fetchall()
