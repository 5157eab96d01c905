"""Many sessions of a real server process whose predictions wait for the same commit."""

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from streaming.predictions import encode_predictions
from tests.servers import RunningServer, running_server
from tests.streaming.peers import (
    Peer,
    attached,
    counts,
    open_session,
    predictions_of,
    rest_session,
    resume_session,
    session_socket,
    take_rest,
    wait_until,
)

SESSIONS = 8
FRAMES = 20


@pytest.fixture(name="server", scope="module")
def make_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server with a SQLite database of its own, whatever the tests use else."""
    folder = tmp_path_factory.mktemp("server")
    settings = {"DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}"}
    with running_server(folder, settings=settings) as server:
        yield server


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Nobody else can write the database meanwhile."""
    with contextlib.closing(sqlite3.connect(folder / "db.sqlite3")) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.rollback()


class Client:
    """One session that runs, of which five frames have come."""

    def __init__(self, server: RunningServer, stack: ExitStack) -> None:
        self.session = stack.enter_context(session_socket(server))
        self.opened = open_session(self.session, count=FRAMES)
        self.frames = stack.enter_context(attached(server, self.opened))
        self.frames.say("credit", until=5)
        self.session.say("ready")
        self.session.hear("ready")
        assert len(self.frames.hear_frames()) == 5

    def send(self, *, shift: int = 0, number: int = 1) -> None:
        """Say something of the five frames."""
        message = encode_predictions(predictions_of(range(5), shift=shift), number=number)
        self.session.socket.send(message)


def _finish(session: Peer, frames: Peer, opened: dict[str, Any], server: RunningServer) -> None:
    frames.say("credit", until=FRAMES)
    take_rest(session, frames, opened)
    session.say("done")
    assert session.hear("accepted")["state"] == "completed"
    stored = rest_session(server, opened["session"])
    assert counts(stored) == (FRAMES, FRAMES, 0, FRAMES, 0, FRAMES, 0, 0, FRAMES)


def test_one_that_conflicts_harms_none_of_the_others(server: RunningServer) -> None:
    with ExitStack() as stack:
        clients = [Client(server, stack) for _ in range(SESSIONS)]
        wrong, *others = clients
        wrong.send()
        wrong.session.hear("ack")
        # Behind the lock they gather, and leave it together.
        with _locked(server.folder):
            for client in clients:
                client.send(shift=1, number=7)
                client.send(shift=1, number=8)
        assert wrong.session.refusal() == ("conflicting-result", 4414)
        for client in others:
            first, again = client.session.hear("ack"), client.session.hear("ack")
            assert (first["batch"], first["stored"], first["repeated"]) == (7, 5, 0)
            assert (again["batch"], again["stored"], again["repeated"]) == (8, 0, 5)
        ledger = rest_session(server, wrong.opened["session"])["ledger"]
        assert ledger["stored"] == 5
    assert "Traceback" not in server.log


def test_none_is_acknowledged_while_the_database_is_locked_and_none_is_lost(
    server: RunningServer,
) -> None:
    with ExitStack() as stack:
        clients = [Client(server, stack) for _ in range(SESSIONS)]
        with _locked(server.folder):
            for client in clients:
                client.send()
            for client in clients:
                assert client.session.refusal() == ("storage-unavailable", 4503)
        for client in clients:
            assert rest_session(server, client.opened["session"])["ledger"]["stored"] == 0
        for client in clients:
            session = stack.enter_context(session_socket(server))
            assert resume_session(session, client.opened)["state"] == "running"
            assert session.predict(predictions_of(range(5)))["stored"] == 5
            _finish(session, client.frames, client.opened, server)
    assert "Traceback" not in server.log


def test_what_waits_as_the_server_ends_can_be_sent_again(tmp_path: Path) -> None:
    settings = {"DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}"}
    with running_server(tmp_path, settings=settings) as server, ExitStack() as stack:
        clients = [Client(server, stack) for _ in range(SESSIONS)]
        with _locked(tmp_path):
            for client in clients:
                client.send()
            server.process.terminate()
            wait_until(lambda: server.process.poll() is not None)
        assert server.process.returncode == 0, server.log
    ports = (server.frames_port, server.session_port)
    with (
        running_server(tmp_path, dataset=server.dataset, ports=ports, settings=settings) as server,
        ExitStack() as stack,
    ):
        for client in clients:
            session = stack.enter_context(session_socket(server))
            resumed = resume_session(session, client.opened)
            assert resumed["state"] == "running" and resumed["stored"] in (0, 5)
            assert session.predict(predictions_of(range(5)))["total"] == 5
            frames = stack.enter_context(attached(server, client.opened, following=5))
            _finish(session, frames, client.opened, server)
