"""The server command: what it refuses to start with, and how it starts, ends and recovers."""

import pickle
import signal
import socket
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from streaming.frames import decode_frames
from tests.servers import RunningServer, run_manage, running_server, small_dataset
from tests.sharing import free_ports
from tests.streaming.peers import (
    attached,
    counts,
    open_session,
    predictions_of,
    rest_session,
    resume_session,
    session_socket,
    take_rest,
)


def test_serves_pages_on_the_session_port(stream_server: RunningServer) -> None:
    with urllib.request.urlopen(f"{stream_server.http_url}/api/sessions/", timeout=10) as answer:
        assert answer.status == 200


def test_says_what_is_served_and_where(stream_server: RunningServer) -> None:
    assert (
        "serving noise test (300 frames of 28x28): pages on "
        f"{stream_server.http_url}/, frames on port {stream_server.frames_port}"
    ) in stream_server.log


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        pytest.param({"fps": -1.0}, "--fps must be 0 or more, got -1.0", id="fps negative"),
        pytest.param({"fps": float("nan")}, "--fps must be 0 or more, got nan", id="fps NaN"),
        pytest.param({"fps": float("inf")}, "--fps must be 0 or more, got inf", id="fps infinite"),
        pytest.param(
            {"expire_after": 0.0},
            "--expire-after must be more than 0 seconds, got 0.0",
            id="expiry at once",
        ),
        pytest.param(
            {"stall_limit": float("nan")},
            "--stall-limit must be more than 0 seconds, got nan",
            id="stall limit NaN",
        ),
        pytest.param(
            {"host": "0.0.0.0"},
            "--host 0.0.0.0 lets other machines in, which takes FASHIONSITE_ACCESS=network; "
            "docs/how-to/run-on-a-network.md",
            id="any host",
        ),
        pytest.param(
            {"frames_port": 0}, "--frames-port must be 1 to 65535, got 0", id="frames port 0"
        ),
        pytest.param(
            {"session_port": 65536}, "--session-port must be 1 to 65535, got 65536", id="port huge"
        ),
        pytest.param(
            {"frames_port": 7000, "session_port": 7000},
            "--frames-port and --session-port must differ",
            id="one port twice",
        ),
    ],
)
def test_refuses_options_out_of_range(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CommandError, match=f"^{sentence}$"):
        call_command("runstream", dataset=[Path("/nowhere")], **options)


def _truncated(path: Path) -> None:
    small_dataset(path)
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        pytest.param(lambda path: None, "there is no dataset", id="missing"),
        pytest.param(Path.mkdir, "there is no dataset", id="a folder"),
        pytest.param(lambda path: path.write_bytes(b""), "empty|truncated|ends", id="empty"),
        pytest.param(lambda path: path.write_bytes(b"\x00garbage"), "pickle", id="garbage"),
        pytest.param(_truncated, "truncated|ends", id="truncated"),
        pytest.param(
            lambda path: path.write_bytes(pickle.dumps(Path("/"))), "pathlib", id="names a global"
        ),
    ],
)
def test_refuses_a_dataset_that_is_none(tmp_path: Path, make: Any, complaint: str) -> None:
    path = tmp_path / "broken.pickle"
    make(path)
    frames_port, session_port = free_ports(2)
    with pytest.raises(CommandError, match=complaint) as refused:
        call_command(
            "runstream", dataset=[path], frames_port=frames_port, session_port=session_port
        )
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def _run(folder: Path, *options: str) -> tuple[int, str]:
    """Exit code and last line of a server that is expected not to start."""
    dataset = folder / "noise.pickle"
    if not dataset.exists():
        small_dataset(dataset, count=3)
    ended = run_manage(folder, "runstream", f"--dataset={dataset}", *options)
    assert "Traceback" not in ended.stderr
    return ended.returncode, ended.stderr.strip().splitlines()[-1]


def test_ends_with_a_sentence_where_the_database_is_not_migrated(tmp_path: Path) -> None:
    frames_port, session_port = free_ports(2)
    code, line = _run(tmp_path, f"--frames-port={frames_port}", f"--session-port={session_port}")
    assert code == 1
    assert "the database is not ready" in line
    assert line.endswith("run: python manage.py migrate")


@pytest.mark.parametrize("taken", ["--frames-port", "--session-port"])
def test_ends_with_a_sentence_where_a_port_is_in_use(tmp_path: Path, taken: str) -> None:
    other = {"--frames-port": "--session-port", "--session-port": "--frames-port"}[taken]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        code, line = _run(tmp_path, f"{taken}={port}", f"{other}={free_ports(1)[0]}")
    assert code == 1
    assert f"cannot listen on 127.0.0.1:{port}: " in line
    assert line.endswith("choose another port or end the program that has it")


def test_a_second_server_on_the_same_ports_leaves_the_sessions_of_the_first_alone(
    stream_server: RunningServer,
) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session)
        ended = stream_server.manage(
            "runstream",
            f"--dataset={stream_server.dataset}",
            f"--frames-port={stream_server.frames_port}",
            f"--session-port={stream_server.session_port}",
        )
        assert ended.returncode == 1
        assert rest_session(stream_server, opened["session"])["state"] == "opened"


@pytest.mark.parametrize(
    ("program", "signal_number", "close_code", "reason"),
    [
        pytest.param("daphne", signal.SIGTERM, 1001, "going-away", id="asked to end"),
        pytest.param("uvicorn", signal.SIGTERM, 1001, "going-away", id="uvicorn asked to end"),
        pytest.param("daphne", signal.SIGKILL, None, "unnoticed", id="killed"),
    ],
)
def test_leaves_its_sessions_to_the_server_that_comes_after(
    tmp_path: Path, program: str, signal_number: int, close_code: int | None, reason: str
) -> None:
    dataset = small_dataset(tmp_path / "noise.pickle")
    options = [f"--server={program}"]
    with running_server(tmp_path, dataset=dataset, options=options) as server:
        with session_socket(server) as session:
            opened = open_session(session, count=40, fps=50)
            with attached(server, opened) as frames:
                frames.say("credit", until=opened["window"])
                session.say("ready")
                session.hear("ready")
                received = len(frames.hear_frames())
                session.predict(predictions_of(range(received)))
                server.process.send_signal(signal_number)
                server.process.wait(20)
                assert session.close_code() == close_code
                while isinstance(message := frames.next_or_none(), bytes):
                    received += len(decode_frames(message))
        if signal_number == signal.SIGTERM:
            assert server.process.returncode == 0
            assert "server stopped" in server.log
        assert "Traceback" not in server.log
    with running_server(tmp_path, dataset=dataset) as server:
        before = rest_session(server, opened["session"])
        assert before["state"] == "running"
        assert (before["interrupted_at"] is not None) == (signal_number == signal.SIGTERM)
        with session_socket(server) as session:
            resumed = resume_session(session, opened)
            assert resumed["state"] == "running"
            # What came and was not acknowledged, before the frames are attached.
            batch = predictions_of(range(received))
            assert session.predict(batch)["total"] == received
            with attached(server, opened, following=received) as frames:
                frames.say("credit", until=received + opened["window"])
                stream = take_rest(session, frames, opened)
            assert stream.sequences == list(range(received, 40))
            session.say("done")
            assert session.hear("accepted")["state"] == "completed"
        stored = rest_session(server, opened["session"])
    assert counts(stored) == (40, 40, 0, 40, 0, 40, 0, 0, 40)
    (interruption,) = stored["interruptions"]
    assert interruption["reason"] == reason
    assert stored["ledger"]["interruptions"] == {"count": 1, "seconds": interruption["seconds"]}
