"""Whether a file that was taken away is still what was exported (pure).

Nothing of a file is believed before it was looked at: the digest that it carries against its
bytes, each line against what its values would give, digests of rows against the rows, and the
summary and metrics against what the rows add up to.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from results.errors import UnverifiableFile
from results.exports.manifest import (
    MAX_MANIFEST_BYTES,
    ROWS_A_DIGEST,
    ExportRows,
    Kind,
    Manifest,
    decode_manifest,
    file_digest,
    own_digest,
    row_differences,
)
from results.exports.parquet import read_manifest, read_rows
from results.exports.row_tally import RowTally
from results.exports.text import (
    MAX_LINE_BYTES,
    Decode,
    Encode,
    csv_head,
    csv_lines,
    json_lines,
    read_csv_lines,
    read_json_lines,
)
from results.summary import compare

# How an exported JSON file begins and goes on after its rows.
JSON_HEAD = b'{"format":"fashionsite-export","version":1,"predictions":['
JSON_FOOT = b'],"manifest":'
HTML_HEAD = b"<!doctype html>"
MANIFEST_SUFFIX = ".manifest.json"
MAX_PROBLEMS = 20
LINES_AT_ONCE = 4096

_HTML_MANIFEST = re.compile(
    rb'<script type="application/json" id="manifest">([^<]{0,%d})</script>' % MAX_MANIFEST_BYTES
)
MAX_HTML_BYTES = 256 * 1024**2


@dataclass(frozen=True, slots=True)
class Verified:
    """What a file says of itself, and what is wrong with it; intact where nothing is.

    Attributes:
        has_rows: Whether its summary could be computed from rows in it.
        problems: A sentence each, at most :data:`MAX_PROBLEMS` and how many more.
    """

    kind: Kind
    manifest: Manifest
    has_rows: bool
    problems: tuple[str, ...]


def verify_file(path: Path, sidecar: Path | None = None) -> Verified:
    """What is to be said of a file by itself.

    Args:
        sidecar: The manifest of a CSV or JSON Lines file, if it is not beside it under the same
            name and :data:`MANIFEST_SUFFIX`.

    Raises:
        UnverifiableFile: it is not an exported file, or so damaged that no manifest can be read.
        ParquetMissing: it is a Parquet file, and pyarrow is not installed.
        OSError: it, or its manifest, cannot be read.
    """
    with path.open("rb") as file:
        kind = _kind_of(path, file)
        content = _manifest_of(kind, path, file, sidecar)
        manifest = decode_manifest(content)
        problems = _Problems()
        claimed = manifest.get("file_sha256", "")
        if manifest.get("kind") != kind:
            problems.add(f"its manifest is that of a {manifest.get('kind')} file, this is {kind}")
        found = file_digest(file) if kind in ("csv", "jsonl") else own_digest(file, claimed)
        if found != claimed:
            problems.add(f"the file was changed: its SHA-256 is {found}, exported was {claimed}")
        if kind != "html":
            file.seek(0)
            _check_rows(_rows(kind, file, manifest, problems), manifest, problems)
    return Verified(kind, manifest, kind != "html", problems.sentences())


def html_manifest(content: bytes) -> bytes:
    """The manifest in an HTML report.

    Raises:
        UnverifiableFile: there is none, or several.
    """
    found = _HTML_MANIFEST.findall(content)
    if len(found) != 1:
        raise UnverifiableFile(f"one manifest was expected in it, found {len(found)}")
    manifest: bytes = found[0]
    return manifest


class _Problems:
    """Sentences, the first of many."""

    def __init__(self) -> None:
        self._found: list[str] = []
        self._count = 0

    def add(self, *sentences: str) -> None:
        """Take these down, or count them once there are many."""
        self._count += len(sentences)
        self._found += sentences[: MAX_PROBLEMS - len(self._found)]

    def sentences(self) -> tuple[str, ...]:
        """All that were taken down."""
        more = self._count - len(self._found)
        return (*self._found, *([f"and {more} more"] if more else []))


def _kind_of(path: Path, file: BinaryIO) -> Kind:
    head = file.read(len(JSON_HEAD))
    # Without predictions there are no lines.
    if not head and not path.name.endswith(".jsonl"):
        raise UnverifiableFile("it is empty")
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.lower().startswith(HTML_HEAD):
        return "html"
    if head == JSON_HEAD:
        return "json"
    # What is damaged at its beginning is still known by its name.
    for kind in ("csv", "jsonl", "json", "html", "parquet"):
        if path.name.endswith(f".{kind}"):
            return kind
    raise UnverifiableFile("it is no file that was exported here: JSON, CSV, Parquet or HTML")


def _manifest_of(kind: Kind, path: Path, file: BinaryIO, sidecar: Path | None) -> bytes:
    if kind == "parquet":
        return read_manifest(file)
    if kind == "html":
        file.seek(0)
        return html_manifest(file.read(MAX_HTML_BYTES))
    if kind == "json":
        return _json_manifest(file)
    sidecar = sidecar or path.with_name(path.name + MANIFEST_SUFFIX)
    try:
        with sidecar.open("rb") as beside:
            return beside.read(MAX_MANIFEST_BYTES + 1)
    except FileNotFoundError as error:
        raise UnverifiableFile(
            f"a {kind} file is verified by its manifest, and there is none at {sidecar}; it is "
            "to be had where the file was, or is named by --manifest"
        ) from error


def _json_manifest(file: BinaryIO) -> bytes:
    """What follows the last line's beginning, looked for from the end of the file."""
    size = file.seek(0, 2)
    file.seek(max(0, size - MAX_MANIFEST_BYTES))
    _, foot, manifest = file.read().rpartition(b"\n" + JSON_FOOT)
    if not foot or not manifest.endswith(b"}\n"):
        raise UnverifiableFile("its end is missing, where its manifest would be")
    return manifest[:-2]


def _rows(
    kind: Kind, file: BinaryIO, manifest: Manifest, problems: _Problems
) -> Iterator[ExportRows]:
    names = manifest["classifier"]["class_names"]
    if kind == "parquet":
        yield from _parquet_rows(file, len(names), problems)
        return
    label_names = manifest["dataset"]["class_names"] or names
    encode: Encode = (csv_lines if kind == "csv" else json_lines)(names, label_names)
    decode: Decode = (read_csv_lines if kind == "csv" else read_json_lines)(len(names))
    head = {"csv": csv_head(len(names)), "json": JSON_HEAD}.get(kind)
    lines = _row_lines(kind, file)
    number = 1
    if head is not None:
        number = 2
        if next(lines, b"") != head:
            problems.add("line 1 is not as it was exported")
    while batch := list(itertools.islice(lines, LINES_AT_ONCE)):
        yield _checked(batch, decode, encode, number, problems)
        number += len(batch)


def _checked(
    lines: list[bytes], decode: Decode, encode: Encode, number: int, problems: _Problems
) -> ExportRows:
    """The rows of lines, of which the first has that number."""
    rows, at_fault = _decoded(lines, decode)
    problems.add(*(f"line {number + index} cannot be read as a row" for index in sorted(at_fault)))
    read = [(place, line) for place, line in enumerate(lines) if place not in at_fault]
    for (place, line), written in zip(read, encode(rows), strict=True):
        if line != written:
            problems.add(f"line {number + place} is not as it was exported")
    return rows


def _parquet_rows(file: BinaryIO, class_count: int, problems: _Problems) -> Iterator[ExportRows]:
    try:
        yield from read_rows(file, class_count)
    except UnverifiableFile as error:
        problems.add(str(error))


def _decoded(lines: list[bytes], decode: Decode) -> tuple[ExportRows, set[int]]:
    """The rows that can be read, and the indices of lines that cannot."""
    try:
        return decode(lines), set()
    except UnverifiableFile:
        at_fault = {index for index, line in enumerate(lines) if not _is_readable(line, decode)}
        return decode([one for index, one in enumerate(lines) if index not in at_fault]), at_fault


def _is_readable(line: bytes, decode: Decode) -> bool:
    try:
        decode([line])
    except UnverifiableFile:
        return False
    return True


def _row_lines(kind: Kind, file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file up to its manifest, without what ends them."""
    # Bounded, as a damaged file may be one line; the manifest's own line is never needed whole.
    while line := file.readline(MAX_LINE_BYTES):
        if kind == "json" and line.startswith(JSON_FOOT):
            return
        line = line.removesuffix(b"\n")
        yield line.removesuffix(b",") if kind == "json" else line


def _check_rows(batches: Iterator[ExportRows], manifest: Manifest, problems: _Problems) -> None:
    tally = RowTally(manifest["classifier"]["class_names"])
    for rows in batches:
        unsound = tally.add(rows)
        if unsound is not None:
            problems.add(f"frame {unsound} has a class that there is not, or no number")
    found = tally.tallied()
    count = manifest.get("rows", 0)
    if found["rows"] != count:
        problems.add(f"it has {found['rows']} rows, exported were {count}")
    parts = manifest.get("row_digests", [])
    if len(parts) != -(-count // ROWS_A_DIGEST):
        problems.add(f"its manifest has {len(parts)} digests for {count} rows")
    problems.add(*row_differences(found["row_digests"], parts, whose="was exported"))
    if found["rows_sha256"] != manifest.get("rows_sha256"):
        problems.add("its rows are not those that were exported")
    claimed = manifest["summary"]
    if claimed is None:
        problems.add("its manifest has no summary of its rows")
    else:
        problems.add(*(f"summary: {one}" for one in compare(claimed, found["summary"])))
    if manifest["metrics"] != found["metrics"]:
        problems.add("its metrics are not those that its rows give")
