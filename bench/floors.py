"""What the machine can do at best: frames over a bare websocket, through a bare classifier, and
rows into a bare database. Nothing here knows of sessions, credit or reports.
"""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
from numpy.typing import NDArray
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from bench.client import Order, classifier_for
from tests.sharing import free_ports

HOST = "127.0.0.1"
STARTS_WITHIN_S = 30.0
TAKES_AT_MOST_S = 300.0
# A classifier is at its best at one of these.
BATCHES = (64, 128, 256)
TABLE = "results_prediction"
# The table's columns but its key, with PostgreSQL's types for them.
COLUMNS = {
    "session_id": "uuid",
    "sequence": "int8",
    "class_id": "int2",
    "confidence": "float8",
    "probabilities": "bytea",
    "latency_ms": "float8",
    "label": "int2",
}

_Row = tuple[Any, ...]


# --- transport ---


def transport_floor(
    server: ProcessPoolExecutor,
    client: ProcessPoolExecutor,
    *,
    frames: int,
    per_message: int,
    frame_bytes: int,
) -> float:
    """Frames a second from a bare `websockets` server to a bare client.

    Args:
        server: The process that sends.
        client: The process that receives.
        frames: How many.
        per_message: How many a message carries.
        frame_bytes: Size of a frame; the messages have no header.
    """
    (port,) = free_ports(1)
    messages = -(-frames // per_message)
    sending = server.submit(send_messages, port, messages, per_message * frame_bytes)
    seconds = client.submit(receive_messages, port, messages).result()
    sending.result()
    return messages * per_message / seconds


def send_messages(port: int, messages: int, message_bytes: int) -> None:
    """Send that many messages to the first client that says it is ready."""
    asyncio.run(_send(port, messages, bytes(message_bytes)))


def receive_messages(port: int, messages: int) -> float:
    """Seconds from being ready to the last of the messages."""
    return asyncio.run(_receive(port, messages))


async def _send(port: int, messages: int, message: bytes) -> None:
    done = asyncio.Event()

    async def handle(connection: ServerConnection) -> None:
        await connection.recv()
        for _ in range(messages):
            await connection.send(message)
        await connection.wait_closed()
        done.set()

    async with serve(handle, HOST, port, compression=None, max_size=None):
        await asyncio.wait_for(done.wait(), TAKES_AT_MOST_S)


async def _receive(port: int, messages: int) -> float:
    async with await _connected(f"ws://{HOST}:{port}") as connection:
        started = time.perf_counter()
        await connection.send("ready")
        for _ in range(messages):
            await connection.recv()
        return time.perf_counter() - started


async def _connected(url: str) -> Any:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            return await connect(url, compression=None, max_size=None, proxy=None)
        except OSError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.02)


# --- compute ---


def compute_floor(order: Order, images: NDArray[np.uint8]) -> float:
    """Pictures a second of an order's classifier, from memory, at its best batch size."""
    predict = classifier_for(order).predict
    return max(_rate(predict, images, batch) for batch in BATCHES)


def _rate(
    predict: Callable[[NDArray[np.uint8]], Any], images: NDArray[np.uint8], batch: int
) -> float:
    predict(images[:batch])
    started = time.perf_counter()
    for start in range(0, len(images), batch):
        predict(images[start : start + batch])
    return len(images) / (time.perf_counter() - started)


# --- storage ---


def storage_floor(url: str, session: UUID, batch_rows: Sequence[int]) -> float:
    """Rows a second by the fastest bare insertion that the database has.

    A session's predictions are read, and inserted once more under sequences of their own, in the
    same table with its keys, indexes and constraints, then removed. Each batch is committed, as
    durably as the server commits.

    Args:
        url: The server's database; the server is idle.
        session: Whose predictions.
        batch_rows: How many came together.
    """
    insert = _sqlite if url.startswith("sqlite:") else _postgresql
    return insert(url, session, batch_rows)


def _batches(rows: Sequence[_Row], batch_rows: Sequence[int]) -> list[list[_Row]]:
    # Beyond every sequence there is.
    beyond = max(row[1] for row in rows) + 1
    moved = iter([(row[0], row[1] + beyond, *row[2:]) for row in rows])
    return [list(islice(moved, count)) for count in batch_rows]


def _sqlite(url: str, session: UUID, batch_rows: Sequence[int]) -> float:
    names = ", ".join(COLUMNS)
    places = ", ".join("?" * len(COLUMNS))
    with contextlib.closing(
        sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=30)
    ) as database:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            database.execute(f"PRAGMA {pragma}")
        select = " ".join(("SELECT", names, "FROM", TABLE, "WHERE session_id = ? ORDER BY id"))
        rows = database.execute(select, [session.hex]).fetchall()
        batches = _batches(rows, batch_rows)
        insert = " ".join(("INSERT INTO", TABLE, f"({names})", "VALUES", f"({places})"))
        started = time.perf_counter()
        for batch in batches:
            database.execute("BEGIN IMMEDIATE")
            database.executemany(insert, batch)
            database.execute("COMMIT")
        seconds = time.perf_counter() - started
        delete = " ".join(("DELETE FROM", TABLE, "WHERE session_id = ? AND sequence > ?"))
        database.execute(delete, [session.hex, max(row[1] for row in rows)])
    return len(rows) / seconds


def _postgresql(url: str, session: UUID, batch_rows: Sequence[int]) -> float:
    names = ", ".join(COLUMNS)
    copy_in = f"COPY {TABLE} ({names}) FROM STDIN (FORMAT BINARY)"
    with psycopg.connect(url) as database:
        select = " ".join(("SELECT", names, "FROM", TABLE, "WHERE session_id = %s ORDER BY id"))
        rows = database.execute(select, [session]).fetchall()
        batches = _batches(rows, batch_rows)
        started = time.perf_counter()
        for batch in batches:
            with database.cursor() as cursor, cursor.copy(copy_in) as copy:
                copy.set_types(list(COLUMNS.values()))
                for row in batch:
                    copy.write_row(row)
            database.commit()
        seconds = time.perf_counter() - started
        delete = " ".join(("DELETE FROM", TABLE, "WHERE session_id = %s AND sequence > %s"))
        database.execute(delete, [session, max(row[1] for row in rows)])
    return len(rows) / seconds
