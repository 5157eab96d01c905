"""What is measured runs in processes of its own: servers with their databases, and clients."""

import contextlib
import multiprocessing
import secrets
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import psycopg
from psycopg import sql

# Where `make bench` looks for PostgreSQL; it makes databases of its own and drops them.
POSTGRESQL = "postgres://postgres@127.0.0.1:5432"
ENGINES = ("SQLite", "PostgreSQL")


class EngineUnavailable(Exception):
    """A database engine that is not there to be measured."""


@contextlib.contextmanager
def own_database(engine: str, folder: Path) -> Iterator[Mapping[str, str]]:
    """The settings that give a server a database of its own, which is gone in the end.

    Args:
        engine: One of :data:`ENGINES`.
        folder: Where SQLite's file lies.

    Raises:
        EngineUnavailable: no PostgreSQL answers.
    """
    if engine == "SQLite":
        yield {"DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}"}
        return
    name = f"fashionsite_bench_{secrets.token_hex(6)}"
    try:
        admin = psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as error:
        raise EngineUnavailable(f"no PostgreSQL answers at {POSTGRESQL}: {error}") from error
    with admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield {"DATABASE_URL": f"{POSTGRESQL}/{name}"}
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def own_process() -> Iterator[ProcessPoolExecutor]:
    """One process that does what it is told, one thing after the other, and starts from nothing.

    A forked one would share the threads' locks and the memory of this one.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as executor:
        yield executor


def peak_mb(pid: int) -> float | None:
    """The most that a process ever had of the machine's memory, in MB; None where the system does
    not say.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return None
    kilobytes = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(kilobytes[0]) * 1024 / 1e6 if kilobytes else None
