"""``manage.py analyze``: its options, and the whole loop with a real server process."""

import json
import logging
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from analysis.addresses import ServerAddress
from analysis.classifiers.packages import WEIGHTS_FILE, load
from analysis.kept_sessions import SessionFolder
from results.report import validate_report
from streaming.messages import Error, Resumed
from tests.analysis.fake_server import FakeServer
from tests.analysis.kept import a_kept_session
from tests.analysis.live_fakes import SESSION, WAIT_S
from tests.analysis.tiny_models import tiny_package
from tests.databases import rows
from tests.servers import ROOT, RunningServer
from tests.sharing import free_ports

ENDS_WITHIN_S = 60.0


@pytest.fixture(name="models_dir")
def fixture_models_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One package, ``tiny``, in the folder that the settings name."""
    folder = tmp_path / "models"
    tiny_package(folder)
    monkeypatch.setattr(settings, "MODELS_DIR", folder)
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path / "var")
    return folder


def _arguments(server: RunningServer, *options: str) -> list[str]:
    return ["analyze", f"--server={server.ws_url}", "--classifier=tiny", *options]


def _start(
    server: RunningServer, models_dir: Path, log: Path, *options: str
) -> "subprocess.Popen[bytes]":
    environment = server.environment | {"FASHIONSITE_MODELS_DIR": str(models_dir)}
    with log.open("wb") as stderr:
        return subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), *_arguments(server, *options)],
            env=environment,
            stderr=stderr,
        )


def _wait_for(log: Path, text: str) -> None:
    deadline = time.monotonic() + ENDS_WITHIN_S
    while text not in log.read_text(encoding="utf-8"):
        assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        pytest.param(["--count=0"], "expected an integer from 1 ", id="count 0"),
        pytest.param(["--count=-5"], "got '-5'", id="count negative"),
        pytest.param(["--count=many"], "got 'many'", id="count not a number"),
        pytest.param(["--fps=-1"], "expected frames a second from 0 to 1000000, got '-1'", id="-1"),
        pytest.param(["--fps=nan"], "got 'nan'", id="NaN"),
        pytest.param(["--fps=inf"], "got 'inf'", id="infinite"),
        pytest.param(["--fps=fast"], "got 'fast'", id="fps not a number"),
        pytest.param(["--offset=-1"], "expected an integer from 0 ", id="offset"),
        pytest.param(["--batch=0"], "expected an integer from 1 to 65536, got '0'", id="batch"),
        pytest.param(["--queue=0"], "expected an integer from 1 to 1000000", id="queue"),
        pytest.param(["--overload=panic"], "invalid choice: 'panic'", id="overload"),
        pytest.param(["--server=http://host"], "expected ws://host:port", id="server"),
        pytest.param(["--frames-server=host"], "got 'host'", id="frames server"),
        pytest.param(["--classifier=none"], "got 'none'", id="unknown classifier"),
        pytest.param(["--classifier=../tiny"], "got '../tiny'", id="classifier elsewhere"),
        pytest.param(["--json=/nowhere/report.json"], "--json: expected a file", id="json"),
        pytest.param(["--json=/"], "is a folder", id="json is a folder"),
        pytest.param(["--follow", "--count=5"], "not --count", id="follow with count"),
        pytest.param(["--follow", "--classifier=none"], "got 'none'", id="follow with unknown"),
        pytest.param(["--reconnect-for=-1"], "expected seconds from 0 to 604800", id="reconnect"),
        pytest.param(["--reconnect-for=nan"], "got 'nan'", id="reconnect for NaN"),
        pytest.param(["--reconnect-for=long"], "got 'long'", id="reconnect not a number"),
        pytest.param(["--resume=latest"], "a session's UUID, got 'latest'", id="resume"),
        pytest.param(["--resume", "--fps=3", "--count=5"], "not --count, --fps", id="resume fps"),
        pytest.param(["--resume", "--overload=wait"], "not --overload", id="resume overload"),
        pytest.param(["--resume", "--follow"], "not --resume", id="resume and follow"),
        pytest.param(["--resume"], "expected one session to resume, there are none", id="none"),
        pytest.param([f"--resume={SESSION}"], f"{SESSION} is not kept here", id="not kept"),
    ],
)
@pytest.mark.usefixtures("models_dir")
def test_refuses_options_that_cannot_be(options: list[str], reason: str) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("analyze", *options)
    assert reason in str(caught.value)


def test_refuses_corrupt_weights(models_dir: Path) -> None:
    (models_dir / "tiny" / WEIGHTS_FILE).write_bytes(b"corrupt")
    with pytest.raises(CommandError, match="expected SHA-256"):
        call_command("analyze", "--classifier=tiny")


@pytest.mark.usefixtures("models_dir")
def test_says_that_there_is_no_server() -> None:
    with pytest.raises(CommandError, match="no connection: "):
        call_command("analyze", "--classifier=tiny", f"--server=ws://127.0.0.1:{free_ports(1)[0]}")


def _interrupting(server: FakeServer, number: signal.Signals) -> None:
    """Have the server send this process a signal before its first acknowledgement."""
    plain = server.ack

    def interrupt(batch_number: int, batch: Any) -> Any:
        if batch_number == 0:
            _kill_me(number)
        return plain(batch_number, batch)

    server.ack = interrupt


def _kill_me(number: signal.Signals) -> None:
    main = threading.main_thread().ident
    assert main is not None
    signal.pthread_kill(main, number)


@pytest.mark.parametrize(
    ("number", "exit_code"),
    [pytest.param(signal.SIGINT, 130, id="Ctrl-C"), pytest.param(signal.SIGTERM, 143, id="TERM")],
)
@pytest.mark.usefixtures("models_dir")
def test_reports_what_there_is_when_it_is_interrupted(
    number: signal.Signals, exit_code: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server = FakeServer(100)
    server.pause_at = 8
    path = tmp_path / "report.json"
    with server.running():
        _interrupting(server, number)
        with pytest.raises(SystemExit) as caught:
            call_command(
                "analyze", "--classifier=tiny", f"--server={server.address}", f"--json={path}"
            )
    assert caught.value.code == exit_code
    assert json.loads(path.read_text(encoding="utf-8")) == server.reports[0]
    assert "stopped early; what was sent is analysed and reported" in caplog.messages
    assert "announced 100, sent 8, unsent 92, received 8, lost 0, analysed 8, " in caplog.text


@pytest.mark.usefixtures("models_dir")
def test_ends_at_once_the_second_time(caplog: pytest.LogCaptureFixture) -> None:
    server = FakeServer(100)
    server.pause_at = 8

    _interrupting(server, signal.SIGINT)
    # Python merges signals that come before it looks; so the second one answers the stop.
    server.on_stop = lambda: _kill_me(signal.SIGINT)
    with server.running(), pytest.raises(SystemExit) as caught:
        call_command("analyze", "--classifier=tiny", f"--server={server.address}")
    assert caught.value.code == 130
    assert "ended at once; what is not stored yet waits for: analyze --resume" in caplog.messages
    assert not server.reports


@pytest.mark.usefixtures("models_dir")
def test_ends_with_an_error_when_the_server_refuses(caplog: pytest.LogCaptureFixture) -> None:
    server = FakeServer()
    server.open_answer = Error(code="invalid-field", detail="too many frames", close_code=4402)
    with server.running(), pytest.raises(CommandError, match="too many frames"):
        call_command("analyze", "--classifier=tiny", f"--server={server.address}")
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]


@pytest.mark.usefixtures("models_dir")
def test_says_that_the_report_cannot_be_written_after_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with FakeServer(4).running() as server:
        with pytest.raises(CommandError, match="No space left on device"):
            call_command(
                "analyze",
                "--classifier=tiny",
                f"--server={server.address}",
                f"--json={tmp_path / 'report.json'}",
            )


def _left(models_dir: Path, server: FakeServer, **changes: Any) -> Path:
    """A session of ``tiny`` that another process left; its file."""
    folder = SessionFolder(settings.VAR_DIR / "sessions")
    fields: dict[str, Any] = {
        "address": server.address,
        "frames_port": server.address.port,
        "classifier_sha256": load("tiny", models_dir=models_dir).sha256,
    }
    with folder.keep(a_kept_session(server.count, **(fields | changes))):
        return folder.folder / f"{SESSION}.json"


@pytest.mark.parametrize("option", ["--resume", f"--resume={SESSION}"])
def test_goes_on_with_a_session(option: str, models_dir: Path, tmp_path: Path) -> None:
    server = FakeServer(30)
    server.was_left((), sent=12)
    path = tmp_path / "report.json"
    with server.running():
        kept = _left(models_dir, server)
        call_command("analyze", option, f"--json={path}")
    assert json.loads(path.read_text(encoding="utf-8")) == server.reports[0]
    assert server.reports[0]["ledger"]["stored"] == 30
    assert not kept.exists()


def test_goes_on_with_a_session_at_another_address(models_dir: Path) -> None:
    server = FakeServer(30)
    server.was_left((), sent=12)
    with server.running():
        _left(models_dir, server, address=ServerAddress("ws", "127.0.0.1", 1))
        options = ("--classifier=tiny", f"--server={server.address}")
        call_command("analyze", "--resume", *options, f"--frames-server={server.address}")
    assert server.reports[0]["ledger"]["stored"] == 30


def test_keeps_a_session_that_it_cannot_go_on_with(models_dir: Path) -> None:
    server = FakeServer(30)
    with server.running():
        kept = _left(models_dir, server)
        with pytest.raises(CommandError, match="goes on with tiny, not with other"):
            call_command("analyze", "--resume", "--classifier=other")
        kept = _left(models_dir, server, classifier_sha256="b" * 64)
        with pytest.raises(CommandError, match="was opened with weights bbbb"):
            call_command("analyze", "--resume")
    kept = _left(models_dir, server)
    with pytest.raises(CommandError, match=f"no connection: .*analyze --resume {SESSION}"):
        call_command("analyze", "--resume", "--reconnect-for=0")
    assert not server.received
    assert kept.exists()


def test_forgets_a_session_that_is_over(models_dir: Path) -> None:
    server = FakeServer(30)
    server.resumed = lambda: Resumed(session=SESSION, state="failed", sent=3, stored=2)
    with server.running():
        kept = _left(models_dir, server)
        with pytest.raises(CommandError, match=f"session {SESSION} is over: failed"):
            call_command("analyze", "--resume")
    assert not kept.exists()


def test_has_nothing_to_do_for_a_session_whose_report_was_taken(
    models_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = FakeServer(30)
    server.resumed = lambda: Resumed(session=SESSION, state="completed", sent=30, stored=30)
    with server.running(), caplog.at_level(logging.INFO):
        kept = _left(models_dir, server)
        call_command("analyze", "--resume")
    assert f"nothing is left to do: session {SESSION} is over: completed on ws://" in caplog.text
    assert not kept.exists() and not server.attached


@pytest.mark.usefixtures("models_dir")
def test_says_how_to_go_on_where_it_gave_up() -> None:
    server = FakeServer(30)
    server.break_session_at = [0]
    with server.running():
        options = ("--classifier=tiny", f"--server={server.address}", "--reconnect-for=0")
        with pytest.raises(CommandError, match=f"to go on with it: analyze --resume {SESSION}"):
            call_command("analyze", *options)
        call_command("analyze", "--resume")
    assert server.reports[0]["ledger"]["stored"] == 30


@pytest.mark.usefixtures("models_dir")
def test_follows_until_it_is_told_to_stop(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    server = FakeServer(8)
    with server.running():
        server.sessions = [server.opened()]
        _interrupting(server, signal.SIGTERM)
        with pytest.raises(SystemExit) as caught:
            call_command("analyze", "--follow", f"--server={server.address}")
    assert caught.value.code == 143
    assert len(server.reports) == 1
    assert f"followed {server.address}, ran 1 sessions" in caplog.messages


@pytest.mark.usefixtures("models_dir")
def test_analyses_the_stream_of_a_real_server(
    stream_server: RunningServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    path = tmp_path / "report.json"
    call_command(*_arguments(stream_server, "--count=100", "--fps=0", f"--json={path}"))
    assert (
        "announced 100, sent 100, unsent 0, received 100, lost 0, analysed 100, rejected 0, "
        "dropped 0, stored 100"
    ) in caplog.messages
    assert "completed, report verified: " in caplog.messages[-1]
    document = json.loads(path.read_text(encoding="utf-8"))
    validate_report(document)
    assert document["run"]["preflight"]["requested_fps"] == 0
    assert [one.name for one in tmp_path.iterdir() if one.name.endswith(".part")] == []


def test_is_interrupted_as_a_process(
    stream_server: RunningServer, models_dir: Path, tmp_path: Path
) -> None:
    log = tmp_path / "analyze.log"
    process = _start(stream_server, models_dir, log, "--count=300", "--fps=5")
    try:
        _wait_for(log, "sustains")
        process.send_signal(signal.SIGINT)
        assert process.wait(ENDS_WITHIN_S) == 130
    finally:
        process.kill()
        process.wait(WAIT_S)
    said = log.read_text(encoding="utf-8")
    assert "stopped, report verified" in said
    assert "Traceback" not in said


def test_is_killed_and_goes_on_as_another_process(
    stream_server: RunningServer, models_dir: Path, tmp_path: Path
) -> None:
    log, report = tmp_path / "analyze.log", tmp_path / "report.json"
    process = _start(stream_server, models_dir, log, "--count=300", "--fps=30")
    _wait_for(log, "sustains")
    _wait_until_stored(stream_server, 30)
    process.kill()
    process.wait(WAIT_S)
    (kept,) = (stream_server.folder / "sessions").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    secret = json.loads(kept.read_text(encoding="utf-8"))["opened"]["secret"]
    environment = stream_server.environment | {
        "FASHIONSITE_MODELS_DIR": str(models_dir),
        "LOG_LEVEL": "DEBUG",
    }
    resumed = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "analyze", "--resume", f"--json={report}"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=ENDS_WITHIN_S,
        check=False,
    )
    assert resumed.returncode == 0, resumed.stderr
    assert "completed, report verified" in resumed.stderr
    assert "announced 300, sent 300, unsent 0, received 300, lost 0, analysed 300" in resumed.stderr
    assert _sequences(stream_server, kept.stem) == list(range(300))
    assert len(json.loads(report.read_text(encoding="utf-8"))["samples"]) == 10
    assert not kept.exists()
    for said in (log.read_text(encoding="utf-8"), resumed.stderr, stream_server.log):
        assert secret not in said
        assert "Traceback" not in said


def _sequences(server: RunningServer, session: str | None = None) -> list[int]:
    """The sequence of every stored prediction of that session, or of those that run."""
    query = "SELECT sequence FROM results_prediction WHERE session_id = %s ORDER BY 1"
    if session is None:
        query = (
            "SELECT sequence FROM results_prediction JOIN results_session "
            "ON session_id = results_session.uuid WHERE state = %s"
        )
    chosen = "running" if session is None else UUID(session).hex
    return [sequence for (sequence,) in rows(server.folder, query, chosen)]


def _wait_until_stored(server: RunningServer, count: int) -> None:
    deadline = time.monotonic() + ENDS_WITHIN_S
    while len(_sequences(server)) < count:
        assert time.monotonic() < deadline, server.log
        time.sleep(0.05)


def test_ends_with_an_error_when_it_fails_as_a_process(
    stream_server: RunningServer, models_dir: Path, tmp_path: Path
) -> None:
    log = tmp_path / "analyze.log"
    process = _start(stream_server, models_dir, log, "--count=301")
    assert process.wait(ENDS_WITHIN_S) == 1
    said = log.read_text(encoding="utf-8")
    assert "the dataset has 300 frames from offset 0, asked for 301" in said
    assert "Traceback" not in said
