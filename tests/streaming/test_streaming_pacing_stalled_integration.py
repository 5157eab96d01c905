"""A reader that stops reading, on a real server process that does not wait long."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from streaming.serving import SERVERS
from tests.servers import RunningServer, running_server, small_dataset
from tests.streaming.peers import (
    attached,
    open_session,
    predictions_of,
    session_socket,
    take_rest,
    wait_for,
)

STALL_LIMIT_S = 1
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@pytest.fixture(name="server", scope="module", params=SERVERS)
def make_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """A server of large frames that cuts stalled readers off after a second."""
    folder = tmp_path_factory.mktemp("server")
    dataset = small_dataset(folder / "large.pickle", count=300, shape=(256, 256))
    options = [f"--stall-limit={STALL_LIMIT_S}", f"--server={request.param}"]
    with running_server(folder, dataset=dataset, options=options) as server:
        yield server


def _resident_bytes(server: RunningServer) -> int:
    fields = Path(f"/proc/{server.process.pid}/statm").read_text(encoding="ascii").split()
    return int(fields[1]) * PAGE_BYTES


def test_is_closed_with_its_code_and_may_come_back(server: RunningServer) -> None:
    with session_socket(server) as session:
        opened = open_session(session, count=20)
        with attached(server, opened) as frames:
            frames.say("credit", until=5)
            session.say("ready")
            session.hear("ready")
            assert frames.refusal() == ("reader-stalled", 4408)
        stored = wait_for(server, opened, lambda each: each["interrupted_at"] is not None)
        assert (stored["state"], stored["interrupted_by"]) == ("running", "reader-stalled")
        with attached(server, opened, following=5) as frames:
            session.predict(predictions_of(range(5)))
            frames.say("credit", until=20)
            assert take_rest(session, frames, opened).sequences == list(range(5, 20))
        session.say("done")
        assert session.hear("accepted")["state"] == "completed"


def test_costs_no_more_than_its_window_and_finds_it_when_it_wakes_up(
    server: RunningServer,
) -> None:
    with session_socket(server) as session:
        opened = open_session(session, count=300)
        window = opened["window"]
        assert window < 300
        with attached(server, opened, reads_ahead=1) as frames:
            before = _resident_bytes(server)
            frames.say("credit", until=window)
            session.say("ready")
            session.hear("ready")
            wait_for(server, opened, lambda each: each["interrupted_at"] is not None)
            assert _resident_bytes(server) - before < 20 * 1024 * 1024
            received = sum(len(frames.hear_frames()) for _ in range(2))
            assert received == window
            assert frames.refusal() == ("reader-stalled", 4408)


def test_is_none_while_frames_are_not_yet_due(server: RunningServer) -> None:
    with session_socket(server) as session:
        opened = open_session(session, count=3, fps=1 / (2 * STALL_LIMIT_S))
        with attached(server, opened) as frames:
            session.say("ready")
            session.hear("ready")
            for following in range(1, 4):
                # Credit comes no sooner than its frame before has come.
                frames.say("credit", until=following)
                frames.hear_frames()
            assert frames.hear("ended")["sent"] == 3
