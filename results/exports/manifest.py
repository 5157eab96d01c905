"""What a file that was taken away says of itself, so that it can be verified (pure).

A manifest names the session, the hashes of the classifier's weights and of the dataset, and what
the rows add up to, and holds two kinds of digests, all SHA-256 in hex:

- ``file_sha256`` is that of the file's bytes. Where the manifest lies within its file, the 64
  digits themselves count as zeros (:data:`UNKNOWN`); no file could hold its own hash otherwise.
- ``row_digests`` are those of the rows' values, a digest for each :data:`ROWS_A_DIGEST` of them,
  and ``rows_sha256`` is that of all. They are the same in every format, and say where two files,
  or a file and a database, differ.

A digest without a key proves that nothing changed since it was made, not who made it.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import BinaryIO, Final, Literal, NotRequired, TypedDict

import msgspec
import numpy as np
from numpy.typing import NDArray

from results.blocks import NO_LABEL
from results.errors import UnverifiableFile
from results.ledger import LedgerDict
from results.measuring.metrics import Metrics
from results.summary import SummaryDict, compare

FORMAT: Final = "fashionsite-export"
VERSION: Final = 1
ROWS_A_DIGEST: Final = 1024
UNKNOWN: Final = "0" * 64
# The manifest of ten million rows has some 700 kB of digests; a ledger's ranges may be as many.
MAX_MANIFEST_BYTES = 64 * 1024**2
MAX_CLASSES = 10_000

Kind = Literal["json", "jsonl", "csv", "parquet", "html"]
ExportRows = NDArray[np.void]

_READ_BYTES = 1024**2
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class ExportedSession(TypedDict):
    """Which session it is of; times in UTC, ``None`` where it never came so far."""

    uuid: str
    state: str
    client: str
    fps: float
    offset: int
    created_at: str
    started_at: str | None
    finished_at: str | None


class ExportedClassifier(TypedDict):
    """``sha256`` is that of its weights."""

    name: str
    sha256: str
    class_names: list[str]


class ExportedDataset(TypedDict):
    """``sha256`` is that of its file."""

    name: str
    split: str
    sha256: str
    class_names: list[str]


class Manifest(TypedDict):
    """The whole manifest; an HTML report has no rows and so no digests of them."""

    format: Literal["fashionsite-export"]
    version: Literal[1]
    session: ExportedSession
    classifier: ExportedClassifier
    dataset: ExportedDataset
    ledger: LedgerDict
    summary: SummaryDict | None
    metrics: Metrics
    rows: NotRequired[int]
    rows_sha256: NotRequired[str]
    row_digests: NotRequired[list[str]]
    kind: NotRequired[Kind]
    file_sha256: NotRequired[str]


def row_type(class_count: int) -> np.dtype[np.void]:
    """How the values of one row lie in a digest: packed, little-endian, no label as 65,535."""
    return np.dtype(
        [
            ("sequence", "<u8"),
            ("class_id", "<u2"),
            ("label", "<u2"),
            ("confidence", "<f8"),
            ("latency_ms", "<f8"),
            ("probabilities", "<f4", (class_count,)),
        ]
    )


def labels_of(rows: ExportRows) -> list[int | None]:
    """The labels as a person reads them, ``None`` where there is none."""
    return [None if label == NO_LABEL else label for label in rows["label"].tolist()]


class RowDigests:
    """The digests of rows that come batch by batch; keeps no rows."""

    def __init__(self) -> None:
        self._all = hashlib.sha256()
        self._part = hashlib.sha256()
        self._room = ROWS_A_DIGEST
        self._parts: list[str] = []
        self._count = 0

    def __len__(self) -> int:
        """How many rows came."""
        return self._count

    def add(self, rows: ExportRows) -> None:
        """Take in these rows, which come after those before."""
        self._count += len(rows)
        self._all.update(rows.tobytes())
        while len(rows):
            self._part.update(rows[: self._room].tobytes())
            taken = min(self._room, len(rows))
            rows, self._room = rows[taken:], self._room - taken
            if not self._room:
                self._end_part()

    def all(self) -> str:
        """That of all rows."""
        return self._all.hexdigest()

    def parts(self) -> list[str]:
        """One for each :data:`ROWS_A_DIGEST` rows, the last of fewer where they do not divide."""
        if self._room == ROWS_A_DIGEST:
            return list(self._parts)
        return [*self._parts, self._part.hexdigest()]

    def _end_part(self) -> None:
        self._parts.append(self._part.hexdigest())
        self._part = hashlib.sha256()
        self._room = ROWS_A_DIGEST


def encode_manifest(manifest: Manifest) -> bytes:
    """One line of JSON, without spaces, as :func:`own_digest` looks for it."""
    return msgspec.json.encode(manifest)


def decode_manifest(content: bytes) -> Manifest:
    """A manifest from JSON, its types checked, and its numbers of classes.

    Raises:
        UnverifiableFile: it is no manifest; names the place.
    """
    if len(content) > MAX_MANIFEST_BYTES:
        raise UnverifiableFile(
            f"its manifest has {len(content)} bytes; at most {MAX_MANIFEST_BYTES} are taken"
        )
    try:
        manifest: Manifest = msgspec.json.decode(content, type=Manifest)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise UnverifiableFile(f"its manifest cannot be read: {error}") from error
    classes = len(manifest["classifier"]["class_names"])
    shapes = {len(manifest["metrics"]["per_class"]), len(manifest["metrics"]["confusion_matrix"])}
    if manifest["summary"] is not None:
        shapes.add(len(manifest["summary"]["classes"]))
    if not 0 < classes <= MAX_CLASSES or shapes != {classes}:
        raise UnverifiableFile(
            f"its manifest names {classes} classes, and has summary and metrics of "
            f"{', '.join(str(count) for count in sorted(shapes))}"
        )
    return manifest


class SealingHash:
    """The hash of a file that is written with its own digest in it, at its end.

    >>> seal = SealingHash()
    >>> seal.update(b"rows")
    >>> len(seal.sealed(b'{"file_sha256":"' + UNKNOWN.encode() + b'"}'))
    82
    """

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def update(self, part: bytes) -> None:
        """Take in a part of the file."""
        self._hash.update(part)

    def hexdigest(self) -> str:
        """That of what came so far."""
        return self._hash.hexdigest()

    def sealed(self, last: bytes) -> bytes:
        """The last part of the file, its digest put in.

        Raises:
            ValueError: the part has no place for it, or two.
        """
        self._hash.update(last)
        return put_digest(last, self._hash.hexdigest())


def put_digest(content: bytes, digest: str) -> bytes:
    """The content with the digest where it is not known yet.

    Raises:
        ValueError: there is no such place, or there are two.
    """
    unknown = f'"file_sha256":"{UNKNOWN}"'.encode()
    if content.count(unknown) != 1:
        raise ValueError(f"one place for a digest was expected, found {content.count(unknown)}")
    return content.replace(unknown, f'"file_sha256":"{digest}"'.encode())


def file_digest(file: BinaryIO) -> str:
    """The SHA-256 of a file."""
    file.seek(0)
    found = hashlib.sha256()
    for part in _parts(file):
        found.update(part)
    return found.hexdigest()


def own_digest(file: BinaryIO, claimed: str) -> str:
    """The SHA-256 of a file that has its own in it, whose digits count as zeros.

    Args:
        claimed: The digest that its manifest names, 64 hex digits.

    Raises:
        UnverifiableFile: the file does not have it, or more than once.
    """
    if not _DIGEST.fullmatch(claimed):
        raise UnverifiableFile(f"its manifest has no SHA-256 of the file, but {claimed[:80]!r}")
    wanted = f'"file_sha256":"{claimed}"'.encode()
    places = _places(file, wanted)
    if len(places) != 1:
        raise UnverifiableFile(f"one digest of its own was expected in it, found {len(places)}")
    place = places[0] + wanted.index(b":") + 2
    found = hashlib.sha256()
    file.seek(0)
    offset = 0
    for part in _parts(file):
        found.update(_zeroed(part, place - offset))
        offset += len(part)
    return found.hexdigest()


def _places(file: BinaryIO, wanted: bytes) -> list[int]:
    """Where these bytes begin in a file, read part by part."""
    found: list[int] = []
    before, offset = b"", 0
    file.seek(0)
    for part in _parts(file):
        # Shorter than what is looked for by one byte, so that nothing is found twice.
        joined = before + part
        place = joined.find(wanted)
        while place >= 0:
            found.append(offset - len(before) + place)
            place = joined.find(wanted, place + 1)
        offset += len(part)
        before = joined[-(len(wanted) - 1) :]
    return found


def _zeroed(part: bytes, place: int) -> bytes:
    """The part with zeros from ``place`` on, of which some may lie before or after it."""
    first, last = max(place, 0), min(place + len(UNKNOWN), len(part))
    if first >= last:
        return part
    return part[:first] + b"0" * (last - first) + part[last:]


def _parts(file: BinaryIO) -> Iterator[bytes]:
    while part := file.read(_READ_BYTES):
        yield part


def manifest_differences(claimed: Manifest, known: Manifest, *, whose: str) -> list[str]:
    """What a file says otherwise than whose manifest is known, as sentences; empty if nothing.

    Args:
        whose: Who knows it, such as "the server".
    """
    sentences: list[str] = []
    for part in ("session", "classifier", "dataset"):
        said = dict(claimed[part])
        had = dict(known[part])
        sentences += [
            f"{name} of the {part} is {said.get(name)!r}, {whose} has {had.get(name)!r}"
            for name in {**said, **had}
            if said.get(name) != had.get(name)
        ]
    if claimed["ledger"] != known["ledger"]:
        sentences.append(f"the ledger differs from what {whose} has")
    if claimed["metrics"] != known["metrics"]:
        sentences.append(f"the metrics differ from what {whose} has")
    mine, theirs = claimed["summary"], known["summary"]
    if (mine is None) is not (theirs is None) or (mine and theirs and compare(mine, theirs)):
        sentences.append(f"the summary differs from what {whose} has")
    if "rows" in claimed and "rows" in known:
        sentences += row_differences(
            claimed.get("row_digests", []), known.get("row_digests", []), whose=whose
        )
    return sentences


def row_differences(mine: list[str], theirs: list[str], *, whose: str) -> list[str]:
    """Which rows differ by their digests, as sentences; runs of them in one."""
    runs: list[list[int]] = []
    for index in range(max(len(mine), len(theirs))):
        if mine[index : index + 1] == theirs[index : index + 1]:
            continue
        if runs and runs[-1][1] == index - 1:
            runs[-1][1] = index
        else:
            runs.append([index, index])
    return [
        f"among rows {first * ROWS_A_DIGEST + 1} to {(last + 1) * ROWS_A_DIGEST} "
        f"some differ from what {whose} has"
        for first, last in runs
    ]
