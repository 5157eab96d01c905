"""Exported rows as lines of JSON or CSV, and read back from them (pure).

Writing is one function of a row's values, so reading is checked by writing again: a line that is
not exactly what its values give was not written here.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
import numpy as np

from results.blocks import NO_LABEL
from results.errors import UnverifiableFile
from results.exports.manifest import ExportRows, labels_of, row_type

# What a spreadsheet would run as a formula; a class's name may be anybody's text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# A line of ten thousand classes has some 250 kB.
MAX_LINE_BYTES = 1024**2
_COLUMNS = ("sequence", "class_id", "class_name", "confidence", "label", "label_name", "right")

_NO_ROW = (ValueError, TypeError, LookupError, OverflowError, RecursionError, csv.Error)

# The lines of some rows, each without its end.
Encode = Callable[[ExportRows], list[bytes]]
Decode = Callable[[list[bytes]], ExportRows]


def json_lines(class_names: Sequence[str], label_names: Sequence[str]) -> Encode:
    """What gives each row as one JSON object, its numbers in full."""
    encode = msgspec.json.Encoder().encode

    def lines(rows: ExportRows) -> list[bytes]:
        return [
            encode(
                {
                    "sequence": sequence,
                    "class_id": class_id,
                    "class_name": name_of(class_names, class_id),
                    "confidence": confidence,
                    "probabilities": probabilities,
                    "label": label,
                    "label_name": None if label is None else name_of(label_names, label),
                    "right": None if label is None else label == class_id,
                    "latency_ms": latency_ms,
                }
            )
            for sequence, class_id, label, confidence, latency_ms, probabilities in _values(rows)
        ]

    return lines


def csv_head(class_count: int) -> bytes:
    """The first line of a CSV file: the names of its columns."""
    shares = [f"probability_{class_id}" for class_id in range(class_count)]
    return ",".join([*_COLUMNS, "latency_ms", *shares]).encode()


def csv_lines(class_names: Sequence[str], label_names: Sequence[str]) -> Encode:
    """What gives each row as a line of CSV, an empty cell where there is no value."""
    encode = msgspec.json.Encoder().encode
    said = [_cell(name) for name in class_names]
    given = [_cell(name) for name in label_names]

    def lines(rows: ExportRows) -> list[bytes]:
        found = []
        for sequence, class_id, label, confidence, latency_ms, probabilities in _values(rows):
            known = (
                ",,"
                if label is None
                else (f"{label},{name_of(given, label)},{'true' if label == class_id else 'false'}")
            )
            head = f"{sequence},{class_id},{name_of(said, class_id)},{confidence!r},{known}"
            shares = encode(probabilities)[1:-1]
            found.append(b"%b,%b,%b" % (head.encode(), repr(latency_ms).encode(), shares))
        return found

    return lines


def read_json_lines(class_count: int) -> Decode:
    """What reads the values of such lines; names are not looked at.

    It raises :class:`UnverifiableFile`, naming the line within those given.
    """

    def values(line: bytes) -> tuple[Any, ...]:
        row = msgspec.json.decode(line)
        label = row["label"]
        return (
            *(row["sequence"], row["class_id"], NO_LABEL if label is None else label),
            *(row["confidence"], row["latency_ms"], _shares(row["probabilities"], class_count)),
        )

    return _reader(values, class_count)


def read_csv_lines(class_count: int) -> Decode:
    """What reads the values of CSV lines, as :func:`read_json_lines`."""

    def values(line: bytes) -> tuple[Any, ...]:
        cells = next(csv.reader([line.decode()], strict=True))
        if len(cells) != len(_COLUMNS) + 1 + class_count:
            raise ValueError(f"{len(_COLUMNS) + 1 + class_count} cells expected, got {len(cells)}")
        label = cells[4]
        return (
            *(int(cells[0]), int(cells[1]), int(label) if label else NO_LABEL),
            *(float(cells[3]), float(cells[7]), [float(share) for share in cells[8:]]),
        )

    return _reader(values, class_count)


def name_of(names: Sequence[str], class_id: int) -> str:
    """The name of a class, or its number where there is no name."""
    return names[class_id] if class_id < len(names) else str(class_id)


def _reader(values: Callable[[bytes], tuple[Any, ...]], class_count: int) -> Decode:
    kind = row_type(class_count)

    def read(lines: list[bytes]) -> ExportRows:
        rows = np.zeros(len(lines), dtype=kind)
        for index, line in enumerate(lines):
            try:
                rows[index] = values(line)
            except _NO_ROW as error:
                raise UnverifiableFile(f"{error}", place=index) from error
        return rows

    return read


def _values(rows: ExportRows) -> Iterator[tuple[int, int, int | None, float, float, list[float]]]:
    return zip(
        rows["sequence"].tolist(),
        rows["class_id"].tolist(),
        labels_of(rows),
        rows["confidence"].tolist(),
        rows["latency_ms"].tolist(),
        rows["probabilities"].tolist(),
        strict=True,
    )


def _shares(shares: Any, class_count: int) -> Any:
    # One number would be taken for as many as there are classes.
    if not isinstance(shares, list) or len(shares) != class_count:
        raise ValueError(f"{class_count} probabilities expected")
    return shares


def _cell(text: str) -> str:
    if text.startswith(FORMULA_STARTS):
        text = f"'{text}"
    # A line stays a line, whatever a class is called.
    text = " ".join(text.splitlines())
    return '"' + text.replace('"', '""') + '"' if any(one in text for one in ',"') else text
