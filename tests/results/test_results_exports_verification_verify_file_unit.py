"""results.exports.verification.verify_file: what is said of a file by itself."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from results.errors import UnverifiableFile
from results.exports import files as downloads
from results.exports.manifest import Kind, file_digest
from results.exports.verification import verify_file
from results.lifecycle import SessionState
from results.models import Session
from results.pages.offline_report import offline_report
from tests.results.conftest import (
    CLASS_NAMES,
    make_batch,
    make_classifier,
    make_predictions,
    make_report,
    make_session,
)

pytestmark = pytest.mark.django_db

WRITERS: dict[str, Callable[[Session], Any]] = {
    "json": downloads.json_file,
    "jsonl": downloads.jsonl_file,
    "csv": downloads.csv_file,
    "parquet": downloads.parquet_file,
    "html": lambda session: iter([offline_report(session)]),
}
KINDS = [pytest.param(kind, id=kind) for kind in WRITERS]
WITH_ROWS = [pytest.param(kind, id=kind) for kind in WRITERS if kind != "html"]


def _saved(folder: Path, session: Session, kind: Kind) -> Path:
    path = folder / f"file.{kind}"
    path.write_bytes(b"".join(WRITERS[kind](session)))
    if kind in ("csv", "jsonl"):
        beside = b"".join(downloads.sidecar(session, kind, WRITERS[kind]))
        path.with_name(path.name + ".manifest.json").write_bytes(beside)
    return path


def _report_session() -> Session:
    return make_report().session


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_is_intact(kind: Kind, tmp_path: Path) -> None:
    session = _report_session()
    verified = verify_file(_saved(tmp_path, session, kind))
    assert not verified.problems
    assert verified.kind == kind
    assert verified.manifest["classifier"]["sha256"] == session.classifier.sha256
    assert verified.manifest["dataset"]["sha256"] == session.dataset.sha256


@pytest.mark.parametrize("kind", KINDS)
def test_any_changed_byte_is_noticed(kind: Kind, tmp_path: Path) -> None:
    path = _saved(tmp_path, _report_session(), kind)
    content = path.read_bytes()
    step = max(1, len(content) // 60)
    for place in range(0, len(content), step):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        try:
            problems = verify_file(path).problems
        except UnverifiableFile:
            continue
        assert problems, place


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_ends_early_is_noticed(kind: Kind, tmp_path: Path) -> None:
    path = _saved(tmp_path, _report_session(), kind)
    content = path.read_bytes()
    for length in (1, 20, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:length])
        try:
            problems = verify_file(path).problems
        except UnverifiableFile:
            continue
        assert problems, length


@pytest.mark.parametrize("kind", WITH_ROWS)
def test_a_session_without_predictions_is_intact(kind: Kind, tmp_path: Path) -> None:
    session = make_session(SessionState.FAILED, sent=0)
    assert not verify_file(_saved(tmp_path, session, kind)).problems


@pytest.mark.parametrize("kind", WITH_ROWS)
def test_odd_names_and_missing_labels_are_intact(kind: Kind, tmp_path: Path) -> None:
    names = ['=cmd|" /C calc"', "a,b", "two\nlines", "</script>", "naïve", *CLASS_NAMES[5:]]
    session = make_session(
        SessionState.COMPLETED, announced=40, classifier=make_classifier(class_names=names)
    )
    labels = [None if index % 3 else index % 10 for index in range(40)]
    make_predictions(session, make_batch(40), labels)
    assert not verify_file(_saved(tmp_path, session, kind)).problems


@pytest.mark.parametrize("kind", [pytest.param("csv", id="csv"), pytest.param("json", id="json")])
def test_says_which_line_was_changed(kind: Kind, tmp_path: Path) -> None:
    path = _saved(tmp_path, _report_session(), kind)
    lines = path.read_bytes().split(b"\n")
    # Line 8 is frame 6: a line of names, or the document's head, comes first.
    lines[7] = lines[7].replace(b"0.", b"0.0", 1)
    path.write_bytes(b"\n".join(lines))
    problems = verify_file(path).problems
    assert any("among rows 1 to 1024 some differ" in problem for problem in problems)
    assert any("summary: confidence_mean" in problem for problem in problems)
    lines[7] = b"rubbish"
    path.write_bytes(b"\n".join(lines))
    assert "line 8 cannot be read as a row" in verify_file(path).problems


def test_a_name_that_does_not_fit_its_class_is_named_by_line(tmp_path: Path) -> None:
    path = _saved(tmp_path, _report_session(), "jsonl")
    lines = path.read_bytes().split(b"\n")
    row = json.loads(lines[2])
    wrong = next(name for name in CLASS_NAMES if name != row["class_name"])
    lines[2] = lines[2].replace(row["class_name"].encode(), wrong.encode())
    path.write_bytes(b"\n".join(lines))
    assert "line 3 is not as it was exported" in verify_file(path).problems


def test_a_forged_summary_is_noticed_where_its_digest_was_made_anew(tmp_path: Path) -> None:
    path = _saved(tmp_path, _report_session(), "csv")
    sidecar = path.with_name(path.name + ".manifest.json")
    manifest = json.loads(sidecar.read_text())
    manifest["metrics"]["accuracy"] = 0.99
    manifest["summary"]["classes"][0]["confidence_mean"] = 0.9999
    with path.open("rb") as file:
        manifest["file_sha256"] = file_digest(file)
    sidecar.write_text(json.dumps(manifest))
    problems = verify_file(path).problems
    assert len(problems) == 2
    assert "confidence_mean of class 0 is 0.9999" in problems[0]
    assert problems[1] == "its metrics are not those that its rows give"


def test_problems_beyond_some_are_counted(tmp_path: Path) -> None:
    path = _saved(tmp_path, _report_session(), "csv")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\nx"))
    *_, last = verify_file(path).problems
    assert last.startswith("and ") and last.endswith(" more")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        pytest.param("a.json", b"", "it is empty", id="empty"),
        pytest.param("a.bin", b"hello", "no file that was exported here", id="no-export"),
        pytest.param("a.json", b'{"a":1}', "its end is missing", id="other-json"),
        pytest.param("a.csv", b"a,b\n1,2\n", "there is none at", id="csv-without-manifest"),
        pytest.param("a.html", b"<!doctype html><p>hi", "one manifest was expected", id="html"),
        pytest.param("a.parquet", b"PAR1PAR1", "cannot be read as Parquet", id="parquet"),
        pytest.param(
            "a.json",
            b'{"format":"fashionsite-export","version":1,"predictions":[\n],"manifest":{"a":1}}\n',
            "its manifest cannot be read",
            id="another-manifest",
        ),
    ],
)
def test_what_is_no_export_is_refused_with_a_reason(
    name: str, content: bytes, sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnverifiableFile, match=sentence):
        verify_file(path)


def test_a_manifest_that_nests_deeply_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a")
    path.with_name("a.csv.manifest.json").write_bytes(b"[" * 100_000)
    with pytest.raises(UnverifiableFile, match="its manifest cannot be read"):
        verify_file(path)
