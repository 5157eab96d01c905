"""A session's predictions as files to take away, written part by part in flat memory.

Everything here comes as an iterator of parts, of which an empty one says that time has passed
and nothing is to be sent yet; between two parts a server may do something else. Files are of
sessions that are over, so that the same file can be made again at any time.
"""

import hashlib
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO

import msgspec
import numpy as np

from results.blocks import NO_LABEL
from results.errors import SessionNotOver
from results.exports.manifest import (
    FORMAT,
    UNKNOWN,
    VERSION,
    ExportRows,
    Kind,
    Manifest,
    SealingHash,
    encode_manifest,
    put_digest,
    row_type,
)
from results.exports.parquet import ROWS_A_GROUP, ParquetFile, footer_place
from results.exports.row_tally import RowTally
from results.exports.text import Encode, csv_head, csv_lines, json_lines
from results.exports.verification import JSON_FOOT, JSON_HEAD
from results.models import Prediction, Report, Session

# What is read at a time: between two such parts other requests are served.
ROWS_AT_ONCE = 2048
_PART_BYTES = 1024**2

Parts = Iterator[bytes]


def check_is_over(session: Session) -> None:
    """Let a session pass whose files can be made.

    Raises:
        SessionNotOver: it still changes.
    """
    if not session.is_final:
        raise SessionNotOver(
            f"session {session.uuid} is {session.state}; files to take away are made once it is "
            "over, its predictions so far are at /api/sessions/…/predictions/"
        )


def json_file(session: Session) -> Parts:
    """One JSON document: the predictions, a line each, and below them the manifest."""
    tally, seal = _tally(session), SealingHash()
    encode = json_lines(*_names(session))
    part = JSON_HEAD
    separator = b"\n"
    for rows in _batches(session):
        tally.add(rows)
        seal.update(part)
        yield part
        part = separator + b",\n".join(encode(rows))
        separator = b",\n"
    seal.update(part)
    yield part
    manifest = encode_manifest(_manifest(session, tally, "json"))
    yield seal.sealed(b"\n" + JSON_FOOT + manifest + b"}\n")


def jsonl_file(session: Session) -> Parts:
    """JSON Lines: an object a line."""
    return _lines(session, json_lines(*_names(session)), head=b"")


def csv_file(session: Session) -> Parts:
    """A line of names, then a line a prediction."""
    class_names, label_names = _names(session)
    head = csv_head(len(class_names)) + b"\n"
    return _lines(session, csv_lines(class_names, label_names), head=head)


def parquet_file(session: Session) -> Parts:
    """A Parquet file with a column a field; it is written to a temporary file first.

    Raises:
        ParquetMissing: pyarrow is not installed.
    """
    class_names, label_names = _names(session)
    with tempfile.TemporaryFile() as file:
        tally = _tally(session)
        written = ParquetFile(file, class_names, label_names)
        group: list[ExportRows] = []
        for rows in _batches(session):
            tally.add(rows)
            group.append(rows)
            if sum(map(len, group)) >= ROWS_A_GROUP:
                written.add(np.concatenate(group))
                group.clear()
            yield b""
        if group:
            written.add(np.concatenate(group))
        written.close(encode_manifest(_manifest(session, tally, "parquet")))
        # The digest has a place that is known only once the file is written.
        seal = hashlib.sha256()
        file.seek(0)
        while part := file.read(_PART_BYTES):
            seal.update(part)
            yield b""
        place = footer_place(file)
        file.seek(place)
        end = put_digest(file.read(), seal.hexdigest())
        file.seek(place)
        file.write(end)
        file.seek(0)
        while part := file.read(_PART_BYTES):
            yield part


def sidecar(session: Session, kind: Kind, file: Callable[[Session], Parts]) -> Parts:
    """The manifest of a file that has none in it, which is written once more for it."""
    found = hashlib.sha256()
    for part in file(session):
        found.update(part)
        yield b""
    tally = _tally(session)
    for rows in _batches(session):
        tally.add(rows)
        yield b""
    content = encode_manifest(_manifest(session, tally, kind))
    yield put_digest(content, found.hexdigest()) + b"\n"


def bare_manifest(session: Session) -> Parts:
    """What every file of the session says of it, but for what is the file's own."""
    tally = _tally(session)
    for rows in _batches(session):
        tally.add(rows)
        yield b""
    yield encode_manifest(_manifest(session, tally, None)) + b"\n"


def samples_zip(report: Report) -> bytes:
    """The sample pictures of a report, by their position, and a manifest of them."""
    session = report.session
    names = session.classifier.class_names
    listed = []
    file = BytesIO()
    # A fixed date, so that the same session gives the same file; PNG is compressed already.
    date = (1980, 1, 1, 0, 0, 0)
    with zipfile.ZipFile(file, "w") as archive:
        for sample in report.samples.all():
            name = f"sample-{sample.position}-frame-{sample.sequence}.png"
            png = bytes(sample.png)
            archive.writestr(zipfile.ZipInfo(name, date), png)
            listed.append(
                {
                    "file": name,
                    "sha256": hashlib.sha256(png).hexdigest(),
                    "sequence": sample.sequence,
                    "class_id": sample.class_id,
                    "class_name": names[sample.class_id],
                    "confidence": sample.confidence,
                }
            )
        about = {**_about(session), "samples": listed}
        archive.writestr(
            zipfile.ZipInfo("manifest.json", date),
            msgspec.json.format(msgspec.json.encode(about), indent=1) + b"\n",
        )
    return file.getvalue()


def report_manifest(session: Session, *, summary: object, metrics: object) -> Manifest:
    """The manifest of an HTML report, which has no rows; its digest is not known yet."""
    manifest = {
        **_about(session),
        "ledger": session.ledger.as_dict(),
        "summary": summary,
        "metrics": metrics,
        "kind": "html",
        "file_sha256": UNKNOWN,
    }
    return msgspec.convert(manifest, Manifest)


def _lines(session: Session, encode: Encode, *, head: bytes) -> Parts:
    yield head
    for rows in _batches(session):
        yield b"\n".join(encode(rows)) + b"\n"


def _batches(session: Session) -> Iterator[ExportRows]:
    """The rows in order, some at a time, each read by what follows the last of those before.

    Raises:
        SessionNotOver: another number of them than the session says, as it is being pruned.
    """
    kind = row_type(len(session.classifier.class_names))
    following, count = 0, 0
    while True:
        found = list(
            Prediction.objects.filter(session=session, sequence__gte=following)
            .order_by("sequence")
            .values_list(
                *("sequence", "class_id", "label", "confidence", "latency_ms", "probabilities")
            )[:ROWS_AT_ONCE]
        )
        if not found:
            break
        sequences, class_ids, labels, confidences, latencies_ms, probabilities = zip(
            *found, strict=True
        )
        rows = np.empty(len(found), dtype=kind)
        rows["sequence"] = sequences
        rows["class_id"] = class_ids
        rows["label"] = [NO_LABEL if label is None else label for label in labels]
        rows["confidence"] = confidences
        rows["latency_ms"] = latencies_ms
        rows["probabilities"] = np.frombuffer(b"".join(probabilities), dtype="<f4").reshape(
            len(found), -1
        )
        following, count = sequences[-1] + 1, count + len(found)
        yield rows
    if count != session.stored:
        raise SessionNotOver(
            f"session {session.uuid} has {count} predictions and not {session.stored}; is it "
            "being pruned?"
        )


def _tally(session: Session) -> RowTally:
    return RowTally(session.classifier.class_names)


def _names(session: Session) -> tuple[list[str], list[str]]:
    class_names = session.classifier.class_names
    return class_names, session.dataset.class_names or class_names


def _about(session: Session) -> dict[str, object]:
    times = {
        name: value and value.isoformat()
        for name, value in (
            ("created_at", session.created_at),
            ("started_at", session.started_at),
            ("finished_at", session.finished_at),
        )
    }
    classifier, dataset = session.classifier, session.dataset
    return {
        "format": FORMAT,
        "version": VERSION,
        "session": {
            "uuid": str(session.uuid),
            "state": session.state,
            "client": session.client,
            "fps": session.fps,
            "offset": session.offset,
            **times,
        },
        "classifier": {
            "name": classifier.name,
            "sha256": classifier.sha256,
            "class_names": classifier.class_names,
        },
        "dataset": {
            "name": dataset.name,
            "split": dataset.split,
            "sha256": dataset.sha256,
            "class_names": dataset.class_names,
        },
    }


def _manifest(session: Session, tally: RowTally, kind: Kind | None) -> Manifest:
    own = {} if kind is None else {"kind": kind, "file_sha256": UNKNOWN}
    found = {**_about(session), "ledger": session.ledger.as_dict(), **tally.tallied(), **own}
    return msgspec.convert(found, Manifest)
