"""Two server processes on one database: what one of them has in memory, the other does not need."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from streaming.frames import decode_frames
from tests.databases import settings_of
from tests.servers import RunningServer, running_server, small_dataset
from tests.streaming.peers import (
    attached,
    counts,
    open_session,
    predictions_of,
    rest_session,
    resume_session,
    run_stream,
    session_socket,
    take_rest,
)


@pytest.fixture(name="one")
def make_one(tmp_path: Path) -> Iterator[RunningServer]:
    """The first server process."""
    dataset = small_dataset(tmp_path / "noise.pickle")
    with running_server(tmp_path / "one", dataset=dataset) as server:
        yield server


@pytest.fixture(name="other")
def make_other(one: RunningServer, tmp_path: Path) -> Iterator[RunningServer]:
    """The second, on the database of the first. No doorbell of one is heard by the other."""
    sqlite = {"DATABASE_URL": f"sqlite:///{one.folder / 'db.sqlite3'}"}
    settings = settings_of(one.folder) or sqlite
    with running_server(tmp_path / "other", dataset=one.dataset, settings=settings) as server:
        yield server


def test_one_has_the_session_and_the_other_its_frames(
    one: RunningServer, other: RunningServer
) -> None:
    with session_socket(one) as session:
        opened = open_session(session, count=60, fps=40)
        with attached(other, opened) as frames:
            stream = run_stream(session, frames, opened)
        assert stream.sequences == list(range(60))
        session.say("done")
        assert session.hear("accepted")["state"] == "completed"
    stored = rest_session(other, opened["session"])
    assert counts(stored) == (60, 60, 0, 60, 0, 60, 0, 0, 60)
    assert stored["ledger"]["interruptions"]["count"] == 0


def test_a_session_moves_from_one_to_the_other(one: RunningServer, other: RunningServer) -> None:
    with session_socket(one) as first, session_socket(other) as second:
        opened = open_session(first, count=20)
        with attached(one, opened) as old_frames:
            old_frames.say("credit", until=5)
            first.say("ready")
            first.hear("ready")
            assert len(old_frames.hear_frames()) == 5
            assert resume_session(second, opened)["state"] == "running"
            assert first.refusal() == ("session-taken", 4409)
            with attached(other, opened, following=5) as frames:
                assert old_frames.refusal() == ("session-taken", 4409)
                second.predict(predictions_of(range(5)))
                frames.say("credit", until=20)
                assert take_rest(second, frames, opened).sequences == list(range(5, 20))
        second.say("done")
        assert second.hear("accepted")["state"] == "completed"
    assert counts(rest_session(one, opened["session"])) == (20, 20, 0, 20, 0, 20, 0, 0, 20)


def test_the_frames_alone_move_to_the_other(one: RunningServer, other: RunningServer) -> None:
    with session_socket(one) as session:
        opened = open_session(session, count=20)
        with attached(one, opened) as old_frames:
            old_frames.say("credit", until=5)
            session.say("ready")
            session.hear("ready")
            assert len(old_frames.hear_frames()) == 5
            with attached(other, opened, following=5) as frames:
                frames.say("credit", until=10)
                assert len(frames.hear_frames()) == 5
                # The first server's count of what it sent itself is out of date by now.
                assert session.predict(predictions_of(range(10)))["total"] == 10
                frames.say("credit", until=20)
                assert take_rest(session, frames, opened).sequences == list(range(10, 20))
        session.say("done")
        assert session.hear("accepted")["state"] == "completed"


def test_the_one_takes_over_the_frames_of_the_other_when_that_dies(
    one: RunningServer, other: RunningServer
) -> None:
    with session_socket(one) as session:
        opened = open_session(session, count=300)
        with attached(other, opened) as frames:
            frames.say("credit", until=5)
            session.say("ready")
            session.hear("ready")
            received = len(frames.hear_frames())
            # More than it will have lived to write down.
            frames.say("credit", until=100)
            received += len(frames.hear_frames())
            other.process.send_signal(signal.SIGKILL)
            while isinstance(message := frames.next_or_none(), bytes):
                received += len(decode_frames(message))
        assert received == 100
        session.predict(predictions_of(range(received)))
        with attached(one, opened, following=received) as frames:
            frames.say("credit", until=300)
            assert take_rest(session, frames, opened).sequences == list(range(100, 300))
        session.say("done")
        assert session.hear("accepted")["state"] == "completed"
    stored = rest_session(one, opened["session"])
    assert counts(stored) == (300, 300, 0, 300, 0, 300, 0, 0, 300)
    assert "Traceback" not in one.log
