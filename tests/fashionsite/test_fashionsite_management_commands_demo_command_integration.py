"""The whole loop by one command: server, analysis, ledger, and how it ends."""

import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from streaming.serving import check_port
from tests.databases import rows
from tests.servers import ROOT, environment_of, run_manage, small_dataset
from tests.sharing import free_ports


def _demo(folder: Path, *options: str) -> tuple[int, str]:
    """Exit code and log of the command; the dataset is there as after a first run."""
    dataset = folder / "datasets" / "fashion-mnist-demo.pickle"
    if not dataset.exists():
        small_dataset(dataset)
    frames_port, session_port = free_ports(2)
    ended = run_manage(
        folder,
        *("demo", f"--frames-port={frames_port}", f"--session-port={session_port}", *options),
    )
    return ended.returncode, ended.stderr


def test_streams_analyses_and_stores_and_does_so_again(tmp_path: Path) -> None:
    code, log = _demo(tmp_path, "--once", "--count=10", "--fps=50")
    assert code == 0, log
    assert re.search(
        "announced 10, sent 10, unsent 0, received 10, lost 0, analysed 10, rejected 0, "
        "dropped 0, stored 10",
        log,
    )
    assert re.search(r"http://127\.0\.0\.1:\d+/sessions/[0-9a-f-]{36}/", log)
    assert "Traceback" not in log
    password_file = tmp_path / "admin-password"
    password = password_file.read_text("ascii").strip()
    assert password_file.stat().st_mode & 0o777 == 0o600
    assert str(password_file) in log and password not in log

    code, log = _demo(tmp_path, "--once", "--count=12", "--fps=0")
    assert code == 0, log
    assert "announced 12, sent 12" in log
    assert "admin user" not in log
    assert password_file.read_text("ascii").strip() == password
    sessions = rows(tmp_path, "SELECT state, stored FROM results_session ORDER BY created_at")
    assert sessions == [("completed", 10), ("completed", 12)]


def test_ends_with_the_exit_code_of_the_analysis(tmp_path: Path) -> None:
    # More frames than the dataset has: the server refuses, and nobody hides it.
    code, log = _demo(tmp_path, "--once", "--count=301", "--fps=50")
    assert code == 1
    assert "the dataset has 300 frames from offset 0, asked for 301" in log


def test_serves_on_with_a_worker_until_it_is_told_to_end(tmp_path: Path) -> None:
    small_dataset(tmp_path / "datasets" / "fashion-mnist-demo.pickle")
    frames_port, session_port = free_ports(2)
    command = [
        *(sys.executable, str(ROOT / "manage.py"), "demo", "--count=5", "--fps=0"),
        *(f"--frames-port={frames_port}", f"--session-port={session_port}"),
    ]
    log = tmp_path / "demo.log"
    with (
        log.open("wb") as file,
        subprocess.Popen(command, env=environment_of(tmp_path), stderr=file) as process,
    ):
        deadline = time.monotonic() + 90
        while "following " not in log.read_text("utf-8"):
            assert process.poll() is None and time.monotonic() < deadline, log.read_text("utf-8")
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    text = log.read_text("utf-8")
    assert f"the site is on http://127.0.0.1:{session_port}/" in text
    assert "ended by Ctrl-C or SIGTERM" in text
    assert "Traceback" not in text
    # Nothing of it is left running.
    for port in (frames_port, session_port):
        check_port("127.0.0.1", port)


@pytest.mark.parametrize("taken", ["frames_port", "session_port"])
def test_says_which_port_is_in_use_before_anything_is_made(taken: str) -> None:
    other = {"frames_port": "session_port", "session_port": "frames_port"}[taken]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(CommandError, match=f"^cannot listen on 127.0.0.1:{port}: .*$"):
            call_command("demo", **{taken: port, other: free_ports(1)[0]})
