"""manage.py verifyreport: what it says, and by which status it ends."""

import hashlib
import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from results.exports import files as downloads
from results.lifecycle import SessionState
from results.models import Prediction, Session
from results.pages.offline_report import offline_report
from tests.results.conftest import make_classifier, make_dataset, make_report, make_session

pytestmark = pytest.mark.django_db


def _saved(folder: Path, session: Session) -> Path:
    path = folder / "predictions.json"
    path.write_bytes(b"".join(downloads.json_file(session)))
    return path


def _verify(*arguments: Any) -> None:
    call_command("verifyreport", *map(str, arguments))


def test_says_that_a_file_is_intact(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    session = make_report().session
    _verify(_saved(tmp_path, session), "--database")
    assert f"is intact: session {session.uuid}" in caplog.text
    assert session.classifier.sha256 in caplog.text
    assert "100 predictions give the summary that it has" in caplog.text


def test_an_html_report_agrees_with_the_database(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(offline_report(make_report().session))
    _verify(path, "--database")


def test_refuses_a_changed_file_and_says_where(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = _saved(tmp_path, make_report().session)
    path.write_bytes(path.read_bytes().replace(b'"right":true', b'"right":false', 1))
    with pytest.raises(CommandError, match="NOT what was exported") as refused:
        _verify(path)
    assert refused.value.returncode == 1
    assert "the file was changed" in caplog.text
    assert "is not as it was exported" in caplog.text


def test_names_rows_that_the_database_has_otherwise(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    session = make_report().session
    path = _saved(tmp_path, session)
    Prediction.objects.filter(session=session, sequence=7).update(latency_ms=1.5)
    with pytest.raises(CommandError):
        _verify(path, "--database")
    assert "among rows 1 to 1024 some differ from what the database has" in caplog.text


def test_a_session_that_the_database_does_not_have_is_said(tmp_path: Path) -> None:
    session = make_report().session
    path = _saved(tmp_path, session)
    session.delete()
    with pytest.raises(CommandError, match="no session"):
        _verify(path, "--database")


def test_compares_weights_and_dataset(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    weights, dataset = b"weights", b"frames"
    package = tmp_path / "models" / "small-cnn"
    package.mkdir(parents=True)
    (package / "model.safetensors").write_bytes(weights)
    (tmp_path / "frames.pickle").write_bytes(dataset)
    session = make_session(
        SessionState.FAILED,
        sent=0,
        classifier=make_classifier(sha256=hashlib.sha256(weights).hexdigest()),
        dataset=make_dataset(sha256=hashlib.sha256(dataset).hexdigest()),
    )
    options = (f"--models={tmp_path / 'models'}", f"--dataset={tmp_path / 'frames.pickle'}")
    path = _saved(tmp_path, session)
    _verify(path, *options)
    _verify(path, f"--models={package}")
    (package / "model.safetensors").write_bytes(b"others")
    (tmp_path / "frames.pickle").write_bytes(b"others")
    with pytest.raises(CommandError):
        _verify(path, *options)
    assert "has the weights of small-cnn" in caplog.text
    assert "is not the dataset fashion-mnist that was streamed" in caplog.text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(["missing.json"], "missing.json cannot be read: No such file", id="missing"),
        pytest.param(["."], "cannot be read: Is a directory", id="folder"),
        pytest.param(["{file}", "--models=/nowhere"], "has no model package", id="no-models"),
        pytest.param(["{file}", "--dataset=/nowhere"], "/nowhere cannot be read", id="no-dataset"),
        pytest.param(["{file}", "--server=nonsense"], "--server takes an address", id="no-address"),
        pytest.param(["{file}", "--server=file:///etc"], "--server takes an address", id="scheme"),
        pytest.param(["{file}", "--server=http://127.0.0.1:9"], "does not answer", id="no-server"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    path = _saved(tmp_path, make_report().session)
    with pytest.raises(CommandError, match=sentence):
        _verify(*(one.format(file=path) for one in arguments))


@pytest.mark.django_db(transaction=True)
def test_compares_with_a_server(
    live_server: LiveServer, tmp_path: Path, settings: Settings
) -> None:
    session = make_report().session
    path = _saved(tmp_path, session)
    report = tmp_path / "report.html"
    report.write_bytes(offline_report(session))
    for each in (path, report):
        _verify(each, f"--server={live_server.url}")
    session.delete()
    with pytest.raises(CommandError, match="answers 404: .*session-not-found"):
        _verify(path, f"--server={live_server.url}")
    settings.CLIENT_TOKEN = "fst_wrong"
    with pytest.raises(CommandError, match="answers 401"):
        _verify(path, f"--server={live_server.url}")
