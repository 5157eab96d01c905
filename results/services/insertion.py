"""Predictions into the database by the fastest route that each has."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection as database
from numpy.typing import NDArray

from results.batches import PredictionBatch
from results.models import Prediction

_COLUMNS = (
    "session",
    "sequence",
    "class_id",
    "confidence",
    "probabilities",
    "latency_ms",
    "label",
)
# SQLite lets go of Python's lock with every statement. A row each would hand it back and forth
# with the event loop, and take two to three times as long beside a loop that is busy.
_ROWS_A_STATEMENT = 128
# https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-BINARY-FORMAT: a signature, 32
# bits of flags and the length of an extension; the end is a row of -1 fields.
_COPY_BEGIN = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_END = b"\xff\xff"

_Value = str | int | float | bytes | None


@dataclass(frozen=True, slots=True)
class NewPredictions:
    """Predictions of one session that are not stored yet.

    Attributes:
        session_uuid: Whose.
        batch: What was predicted.
        labels: ``(N,)``, the label of each row's frame; None where there are none.
    """

    session_uuid: UUID
    batch: PredictionBatch
    labels: NDArray[np.uint8] | None


def insert_predictions(parts: Sequence[NewPredictions]) -> None:
    """Insert all of them, within a transaction.

    ``bulk_create`` takes more than twice as long, almost all of it in Python, and storing shares
    its process with the streams.
    """
    if not parts:
        return
    if database.vendor == "postgresql":
        _copy(parts)
    else:
        _insert([row for part in parts for row in _rows(part)])


def copy_rows(part: NewPredictions) -> bytes:
    """The rows as PostgreSQL's binary COPY takes them, laid out by numpy, not one by one."""
    batch, count = part.batch, len(part.batch)
    content_bytes = 4 * batch.probabilities.shape[1]
    fields: list[tuple[str, str, int]] = [
        ("session", "V16", 16),
        ("sequence", ">i8", 8),
        ("class_id", ">i2", 2),
        ("confidence", ">f8", 8),
        ("probabilities", f"V{content_bytes}", content_bytes),
        ("latency_ms", ">f8", 8),
    ]
    if part.labels is not None:
        fields.append(("label", ">i2", 2))
    layout: list[tuple[str, str]] = [("fields", ">i2")]
    for name, kind, _ in fields:
        layout += [(f"{name}_bytes", ">i4"), (name, kind)]
    if part.labels is None:
        layout.append(("label_bytes", ">i4"))
    rows: NDArray[Any] = np.empty(count, dtype=layout)
    rows["fields"] = len(_COLUMNS)
    for name, _, size_bytes in fields:
        rows[f"{name}_bytes"] = size_bytes
    rows["session"] = np.void(part.session_uuid.bytes)
    rows["sequence"] = batch.sequences
    rows["class_id"] = batch.class_ids
    rows["confidence"] = batch.confidences
    contents = np.ascontiguousarray(batch.probabilities, dtype="<f4")
    rows["probabilities"] = contents.view(f"V{content_bytes}")[:, 0]
    rows["latency_ms"] = batch.latencies_ms
    if part.labels is None:
        rows["label_bytes"] = -1
    else:
        rows["label"] = part.labels
    return rows.tobytes()


def _copy(parts: Sequence[NewPredictions]) -> None:
    statement = f"COPY {_table()} FROM STDIN (FORMAT binary)"
    with database.wrap_database_errors, database.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(b"".join((_COPY_BEGIN, *map(copy_rows, parts), _COPY_END)))


def _rows(part: NewPredictions) -> "zip[tuple[_Value, ...]]":
    batch = part.batch
    contents = np.ascontiguousarray(batch.probabilities, dtype="<f4")
    size_bytes = contents.shape[1] * 4
    raw = contents.tobytes()
    return zip(
        repeat(part.session_uuid.hex, len(batch)),
        batch.sequences.tolist(),
        batch.class_ids.tolist(),
        batch.confidences.tolist(),
        [raw[start : start + size_bytes] for start in range(0, len(raw), size_bytes)],
        batch.latencies_ms.tolist(),
        repeat(None, len(batch)) if part.labels is None else part.labels.tolist(),
        strict=True,
    )


def _insert(rows: list[tuple[_Value, ...]]) -> None:
    one = f"({', '.join('?' * len(_COLUMNS))})"
    # Names of our own columns, and a placeholder for every value.
    insert = " ".join(("INSERT INTO", _table(), "VALUES "))
    many = insert + ", ".join([one] * _ROWS_A_STATEMENT)
    full = len(rows) - len(rows) % _ROWS_A_STATEMENT
    database.ensure_connection()
    # Past Django's cursor, which looks for placeholders in every statement anew.
    connection: Any = database.connection
    with database.wrap_database_errors:
        for first in range(0, full, _ROWS_A_STATEMENT):
            part = rows[first : first + _ROWS_A_STATEMENT]
            connection.execute(many, list(chain.from_iterable(part)))
        connection.executemany(insert + one, rows[full:])


def _table() -> str:
    """The table with the columns that are inserted, quoted; the names are all our own."""
    quote = database.ops.quote_name
    column_of = {field.name: field.column for field in Prediction._meta.concrete_fields}
    columns = ", ".join(quote(str(column_of[name])) for name in _COLUMNS)
    return f"{quote(Prediction._meta.db_table)} ({columns})"
