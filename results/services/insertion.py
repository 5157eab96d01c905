"""Predictions into the database by the fastest route that each has."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, groupby, repeat
from typing import Any, Self
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
    merged = [Rows.of(list(like)) for _, like in groupby(sorted(parts, key=_kind), _kind)]
    if not merged:
        return
    if database.vendor == "postgresql":
        _copy(merged)
    else:
        _insert([row for rows in merged for row in _tuples(rows)])


@dataclass(frozen=True, slots=True)
class Rows:
    """Predictions of any sessions as one set of arrays, so that numpy is called once for all.

    Attributes:
        session_uuids: One a part, in order.
        lengths: Rows of each part.
        batch: All of their rows.
        labels: ``(N,)``; None where there are none.
    """

    session_uuids: list[UUID]
    lengths: list[int]
    batch: PredictionBatch
    labels: NDArray[np.uint8] | None

    @classmethod
    def of(cls, parts: Sequence[NewPredictions]) -> Self:
        """Those of some parts, which all have as many classes, and labels or none."""
        batches = [part.batch for part in parts]
        labels = [part.labels for part in parts if part.labels is not None]
        return cls(
            session_uuids=[part.session_uuid for part in parts],
            lengths=[len(batch) for batch in batches],
            batch=PredictionBatch(
                sequences=np.concatenate([batch.sequences for batch in batches]),
                probabilities=np.concatenate([batch.probabilities for batch in batches]),
                latencies_ms=np.concatenate([batch.latencies_ms for batch in batches]),
            ),
            labels=np.concatenate(labels) if labels else None,
        )


def copy_rows(rows: Rows) -> bytes:
    """The rows as PostgreSQL's binary COPY takes them, laid out by numpy, not one by one."""
    batch = rows.batch
    content_bytes = 4 * batch.probabilities.shape[1]
    fields: list[tuple[str, str, int]] = [
        ("session", "V16", 16),
        ("sequence", ">i8", 8),
        ("class_id", ">i2", 2),
        ("confidence", ">f8", 8),
        ("probabilities", f"V{content_bytes}", content_bytes),
        ("latency_ms", ">f8", 8),
    ]
    if rows.labels is not None:
        fields.append(("label", ">i2", 2))
    layout: list[tuple[str, str]] = [("fields", ">i2")]
    for name, kind, _ in fields:
        layout += [(f"{name}_bytes", ">i4"), (name, kind)]
    if rows.labels is None:
        layout.append(("label_bytes", ">i4"))
    copied: NDArray[Any] = np.empty(len(batch), dtype=layout)
    copied["fields"] = len(_COLUMNS)
    for name, _, size_bytes in fields:
        copied[f"{name}_bytes"] = size_bytes
    sessions = np.frombuffer(b"".join(each.bytes for each in rows.session_uuids), dtype="V16")
    copied["session"] = np.repeat(sessions, rows.lengths)
    copied["sequence"] = batch.sequences
    copied["class_id"] = batch.class_ids
    copied["confidence"] = batch.confidences
    contents = np.ascontiguousarray(batch.probabilities, dtype="<f4")
    copied["probabilities"] = contents.view(f"V{content_bytes}")[:, 0]
    copied["latency_ms"] = batch.latencies_ms
    if rows.labels is None:
        copied["label_bytes"] = -1
    else:
        copied["label"] = rows.labels
    return copied.tobytes()


def _kind(part: NewPredictions) -> tuple[int, bool]:
    return part.batch.probabilities.shape[1], part.labels is None


def _copy(merged: Sequence[Rows]) -> None:
    statement = f"COPY {_table()} FROM STDIN (FORMAT binary)"
    with database.wrap_database_errors, database.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(b"".join((_COPY_BEGIN, *map(copy_rows, merged), _COPY_END)))


def _tuples(rows: Rows) -> "zip[tuple[_Value, ...]]":
    batch = rows.batch
    contents = np.ascontiguousarray(batch.probabilities, dtype="<f4")
    size_bytes = contents.shape[1] * 4
    raw = contents.tobytes()
    sessions = [
        repeat(session_uuid.hex, length)
        for session_uuid, length in zip(rows.session_uuids, rows.lengths, strict=True)
    ]
    return zip(
        chain.from_iterable(sessions),
        batch.sequences.tolist(),
        batch.class_ids.tolist(),
        batch.confidences.tolist(),
        [raw[start : start + size_bytes] for start in range(0, len(raw), size_bytes)],
        batch.latencies_ms.tolist(),
        repeat(None, len(batch)) if rows.labels is None else rows.labels.tolist(),
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
