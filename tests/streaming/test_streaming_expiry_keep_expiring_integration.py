"""Sessions that nobody comes back for, on a real server process that does not wait long."""

from collections.abc import Iterator

import pytest

from tests.servers import RunningServer, running_server
from tests.streaming.peers import (
    CLASSIFIER,
    CLIENT,
    attached,
    counts,
    cut,
    open_session,
    predictions_of,
    rest,
    rest_session,
    resume_session,
    session_socket,
    wait_for,
)

EXPIRE_AFTER_S = 2


@pytest.fixture(name="server", scope="module")
def make_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server whose sessions expire within seconds."""
    options = [f"--expire-after={EXPIRE_AFTER_S}"]
    with running_server(tmp_path_factory.mktemp("server"), options=options) as server:
        yield server


def test_a_session_whose_client_stays_away_fails_with_what_is_stored(
    server: RunningServer,
) -> None:
    with session_socket(server) as session:
        opened = open_session(session, count=20)
        with attached(server, opened) as frames:
            frames.say("credit", until=5)
            session.say("ready")
            session.hear("ready")
            assert len(frames.hear_frames()) == 5
            session.predict(predictions_of(range(3)))
            cut(frames)
            cut(session)
    stored = wait_for(server, opened, lambda each: each["state"] == "failed")
    assert stored["error"] == f"no sign of life for {EXPIRE_AFTER_S} s"
    assert counts(stored) == (20, 5, 15, 3, 2, 3, 0, 0, 3)
    assert stored["ledger"]["differences"] == []
    (interruption,) = stored["interruptions"]
    assert interruption["seconds"] >= EXPIRE_AFTER_S - 0.1
    # It still tells whose it was what became of it.
    with session_socket(server) as session:
        assert resume_session(session, opened)["state"] == "failed"
        assert session.hear("ended")["sent"] == 5


def test_a_client_that_says_nothing_is_told(server: RunningServer) -> None:
    with session_socket(server) as session:
        opened = open_session(session, count=20)
        assert session.hear("ended")["unsent"] == 20
        assert session.close_code() == 1000
    assert rest_session(server, opened["session"])["state"] == "failed"


def test_a_session_lives_as_long_as_its_client_reads_or_speaks(server: RunningServer) -> None:
    with session_socket(server) as session:
        opened = open_session(session, count=20, fps=4)
        with attached(server, opened) as frames:
            session.say("ready")
            session.hear("ready")
            # Twenty frames at four a second take longer than a silent session lives.
            for following in range(1, 21):
                frames.say("credit", until=following)
                frames.hear_frames()
        session.hear("ended")
        assert rest_session(server, opened["session"])["state"] == "finishing"


def test_a_session_asked_for_waits_as_long_as_somebody_could_run_it(server: RunningServer) -> None:
    asked = {"classifier": "wanted", "count": 5, "fps": 0}
    with session_socket(server) as worker:
        worker.say("follow", classifiers=[{**CLASSIFIER, "name": "wanted"}], client=CLIENT)
        worker.hear("following")
        rest(server, "/api/sessions/", asked)
        opened = worker.hear("opened")
        # The worker is busy, and alive.
        _, waiting = rest(server, "/api/sessions/", asked)
        for _ in range(2 * EXPIRE_AFTER_S):
            worker.say("progress", received=0, analysed=0)
            with pytest.raises(TimeoutError):
                worker.socket.recv(timeout=1)
        assert rest_session(server, waiting["uuid"])["state"] == "requested"
        assert rest_session(server, opened["session"])["state"] == "opened"
    failed = wait_for(server, {"session": waiting["uuid"]}, lambda each: each["state"] == "failed")
    assert failed["error"] == f"nobody offered its classifier for {EXPIRE_AFTER_S} s"
