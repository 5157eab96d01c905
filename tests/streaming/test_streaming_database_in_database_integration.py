"""A database that is locked, or gone, under a real server process and its clients."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from streaming.predictions import encode_predictions
from tests.engines import end_connections, postgres_database
from tests.servers import RunningServer, running_server
from tests.streaming.peers import (
    Peer,
    attached,
    counts,
    cut,
    open_session,
    predictions_of,
    rest_session,
    resume_session,
    run_stream,
    session_socket,
    take_rest,
    wait_for,
    wait_until,
)

_LOCKS_SQLITE = pytest.mark.once


@pytest.fixture(name="server", scope="module")
def make_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server with a SQLite database of its own."""
    with running_server(tmp_path_factory.mktemp("server")) as server:
        yield server


@contextlib.contextmanager
def _locked(server: RunningServer) -> Iterator[None]:
    """Nobody else can write the database meanwhile."""
    with contextlib.closing(sqlite3.connect(server.folder / "db.sqlite3")) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.rollback()


def _started(server: RunningServer, session: Peer, frames: Peer) -> None:
    frames.say("credit", until=5)
    session.say("ready")
    session.hear("ready")
    assert len(frames.hear_frames()) == 5
    assert server.process.poll() is None


def _refused(peer: Peer) -> None:
    assert peer.refusal() == ("storage-unavailable", 4503)


def _finish(server: RunningServer, opened: dict[str, Any], *, received: int) -> None:
    """Resume on both sockets, and get every frame stored once."""
    with session_socket(server) as session:
        assert resume_session(session, opened)["state"] == "running"
        with attached(server, opened, following=received) as frames:
            session.predict(predictions_of(range(received)))
            frames.say("credit", until=20)
            take_rest(session, frames, opened)
        session.say("done")
        assert session.hear("accepted")["state"] == "completed"
    stored = rest_session(server, opened["session"])
    assert counts(stored) == (20, 20, 0, 20, 0, 20, 0, 0, 20)
    assert "Traceback" not in server.log


@_LOCKS_SQLITE
def test_acknowledges_nothing_while_the_database_is_locked(server: RunningServer) -> None:
    with session_socket(server) as session:
        opened = open_session(session, count=20)
        with attached(server, opened) as frames:
            _started(server, session, frames)
            with _locked(server):
                session.socket.send(encode_predictions(predictions_of(range(5)), number=1))
                _refused(session)
            assert rest_session(server, opened["session"])["state"] == "running"
    _finish(server, opened, received=5)


@_LOCKS_SQLITE
def test_opens_no_session_while_the_database_is_locked(server: RunningServer) -> None:
    with _locked(server), session_socket(server) as session:
        session.say(
            "open",
            classifier={"name": "guess", "sha256": "ab" * 32, "class_names": ["a", "b"]},
            client={"name": "peer"},
            count=5,
        )
        _refused(session)
    with session_socket(server) as session:
        assert open_session(session)["announced"] == 20


@_LOCKS_SQLITE
def test_streams_on_while_the_database_is_locked(server: RunningServer) -> None:
    with session_socket(server) as session:
        opened = open_session(session, count=20)
        with attached(server, opened) as frames:
            _started(server, session, frames)
            with _locked(server):
                # Looks at the database fail meanwhile, and are taken again.
                logged = len(server.log)
                frames.say("credit", until=15)
                assert len(frames.hear_frames()) == 10
                wait_until(lambda: "not looked at" in server.log[logged:])
            stored = wait_for(server, opened, lambda each: each["ledger"]["sent"] == 15)
            assert stored["interrupted_at"] is None
            session.predict(predictions_of(range(15)))
            frames.say("credit", until=20)
            assert take_rest(session, frames, opened).sequences == list(range(15, 20))
        session.say("done")
        assert session.hear("accepted")["state"] == "completed"
    assert "Traceback" not in server.log


@_LOCKS_SQLITE
def test_goes_on_after_a_break_that_could_not_be_noted(server: RunningServer) -> None:
    with session_socket(server) as session:
        opened = open_session(session, count=20)
        with attached(server, opened) as frames:
            _started(server, session, frames)
            logged = len(server.log)
            with _locked(server):
                session.socket.close(1001)
                frames.socket.close(1001)
                wait_until(lambda: "its end could not be noted" in server.log[logged:])
    _finish(server, opened, received=3)


def test_goes_on_after_postgresql_ended_every_connection(tmp_path: Path) -> None:
    with (
        postgres_database() as url,
        running_server(tmp_path / "server", settings={"DATABASE_URL": url}) as server,
    ):
        with session_socket(server) as session:
            opened = open_session(session, count=20)
            with attached(server, opened) as frames:
                _started(server, session, frames)
                session.predict(predictions_of(range(2)))
                assert end_connections(url) > 0
                # Whoever uses the database first finds it gone: a look of the server's, after
                # which it connects anew, or this batch.
                session.socket.send(encode_predictions(predictions_of(range(5)), number=7))
                answer = session.next_or_none()
                assert isinstance(answer, str)
                assert '"ack"' in answer or '"storage-unavailable"' in answer
                cut(session)
                cut(frames)
        _finish(server, opened, received=5)
        # And nobody else noticed.
        with session_socket(server) as session:
            opened = open_session(session, count=20)
            with attached(server, opened) as frames:
                assert run_stream(session, frames, opened).ended["sent"] == 20
