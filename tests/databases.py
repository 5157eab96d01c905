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
SQLITE_FILE = "db.sqlite3"
BUSY_WITHIN_S = 30.0

_databases: dict[Path, str] = {}
# Those whose server has ended; another may follow in the same folder.
_left: set[Path] = set()
# What `migrate` made of an empty database: the URL of a copy on PostgreSQL, the content on SQLite.
_migrated: dict[str, str | bytes] = {}


def is_postgres() -> bool:
    """Whether the tests run on PostgreSQL."""
    return os.environ.get("DATABASE_URL", "").startswith(("postgres:", "postgresql:"))


def cluster() -> str:
    """The URL of the PostgreSQL that the tests use, without a database and a slash at the end."""
    return os.environ["DATABASE_URL"].rpartition("/")[0] if is_postgres() else POSTGRES


def create_database(template: str = f"{POSTGRES}/template1") -> str:
    """The URL of a new database on the cluster.

    Args:
        template: The URL of the database that it is a copy of, to which nobody is connected.

    Raises:
        psycopg.OperationalError: nothing answers there.
    """
    name = f"fashionsite_test_{secrets.token_hex(8)}"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(template.rpartition("/")[2])
    )
    with administrator() as admin:
        admin.execute(create)
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


def is_new(folder: Path) -> bool:
    """Whether a folder has no database yet."""
    return folder not in _databases if is_postgres() else not (folder / SQLITE_FILE).exists()


def keep_migrated(folder: Path) -> None:
    """Keep a copy of a folder's database, for :func:`copy_migrated`; nobody may be connected.

    `migrate` takes seconds, and would make the same of every one of some hundred databases.
    """
    if is_postgres():
        _migrated["copy"] = create_database(template=_databases[folder])
        return
    with contextlib.closing(sqlite3.connect(folder / SQLITE_FILE)) as connection:
        _migrated["copy"] = connection.serialize()


def copy_migrated(folder: Path) -> bool:
    """Give a folder that has no database what :func:`keep_migrated` kept; whether there was any."""
    kept = _migrated.get("copy")
    if isinstance(kept, str):
        _databases[folder] = create_database(template=kept)
    elif kept is not None:
        (folder / SQLITE_FILE).write_bytes(kept)
    return kept is not None


def use_database(folder: Path) -> None:
    """Keep a folder's database, as a server begins there."""
    _left.discard(folder)


def leave_database(folder: Path) -> None:
    """Let :func:`drop_left_databases` have a folder's database, as its server has ended."""
    _left.add(folder)


def drop_left_databases() -> None:
    """Drop the databases that nobody uses any more, after each file of tests.

    PostgreSQL writes all it has to the disk before it drops one: at the end of a run, a minute.
    """
    while _left:
        url = _databases.pop(_left.pop(), None)
        if url is not None:
            drop_database(url)


def drop_databases() -> None:
    """Drop the database of every folder, at the end of a test run."""
    while _databases:
        drop_database(_databases.popitem()[1])
    kept = _migrated.pop("copy", None)
    if isinstance(kept, str):
        drop_database(kept)


def rows(folder: Path, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    """What a query finds in a folder's database, as another program would read it.

    Args:
        query: With ``%s`` for each parameter.
    """
    url = settings_of(folder).get("DATABASE_URL")
    if url is not None:
        with psycopg.connect(url) as connection:
            return connection.execute(query.encode(), parameters).fetchall()
    file = sqlite3.connect(folder / SQLITE_FILE, timeout=BUSY_WITHIN_S)
    with contextlib.closing(file) as connection:
        return connection.execute(query.replace("%s", "?"), parameters).fetchall()
