"""Sessions that come back on a new socket of a real server process."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from streaming.predictions import decode_predictions
from tests.servers import RunningServer
from tests.streaming.peers import (
    CLASSIFIER,
    CLIENT,
    Peer,
    attached,
    counts,
    cut,
    open_session,
    predictions_of,
    report_of,
    rest,
    rest_session,
    resume_session,
    run_stream,
    session_socket,
    take_rest,
    wait_for,
)


def _interrupted(session: dict[str, Any]) -> bool:
    return session["interrupted_at"] is not None


@pytest.mark.parametrize(
    ("leave", "reason"),
    [
        pytest.param(cut, "connection-lost", id="cut"),
        pytest.param(lambda peer: peer.socket.close(1001), "going-away", id="going away"),
        pytest.param(lambda peer: peer.socket.close(1012), "service-restart", id="restart"),
        pytest.param(lambda peer: peer.socket.close(4503), "storage-unavailable", id="storage"),
    ],
)
def test_goes_on_after_the_session_socket_broke(
    stream_server: RunningServer, leave: Callable[[Peer], None], reason: str
) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened) as frames:
            frames.say("credit", until=5)
            session.say("ready")
            session.hear("ready")
            assert len(frames.hear_frames()) == 5
            session.predict(predictions_of(range(3)))
            leave(session)
            stored = wait_for(stream_server, opened, _interrupted)
            assert (stored["state"], stored["interrupted_by"]) == ("running", reason)
            with session_socket(stream_server) as session:
                resumed = resume_session(session, opened)
                assert (resumed["state"], resumed["stored"]) == ("running", 3)
                # The frames socket is whole, and is still the session's.
                ack = session.predict(predictions_of(range(5)))
                assert (ack["stored"], ack["repeated"], ack["total"]) == (2, 3, 5)
                frames.say("credit", until=20)
                assert take_rest(session, frames, opened).sequences == list(range(5, 20))
                session.say("done")
                assert session.hear("accepted")["state"] == "completed"
                assert session.close_code() == 1000
    stored = rest_session(stream_server, opened["session"])
    assert counts(stored) == (20, 20, 0, 20, 0, 20, 0, 0, 20)
    assert [each["reason"] for each in stored["interruptions"]] == [reason]


def test_goes_on_after_both_sockets_broke(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened) as frames:
            frames.say("credit", until=5)
            session.say("ready")
            session.hear("ready")
            assert len(frames.hear_frames()) == 5
            cut(frames)
            cut(session)
    wait_for(stream_server, opened, _interrupted)
    with session_socket(stream_server) as session:
        assert resume_session(session, opened)["sent"] == 5
        with attached(stream_server, opened, following=4) as frames:
            session.predict(predictions_of(range(4)))
            frames.say("credit", until=20)
            assert take_rest(session, frames, opened).sequences == list(range(4, 20))
        session.say("done")
        ledger = session.hear("accepted")["ledger"]
    assert (ledger["stored"], ledger["interruptions"]["count"]) == (20, 1)


def test_wants_readiness_again_where_it_had_not_started(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        cut(session)
    wait_for(stream_server, opened, _interrupted)
    with session_socket(stream_server) as session:
        assert resume_session(session, opened)["state"] == "opened"
        with attached(stream_server, opened) as frames:
            assert run_stream(session, frames, opened).ended["sent"] == 20


def test_belongs_to_whoever_resumed_it_last(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as first:
        opened = open_session(first, count=20)
        with attached(stream_server, opened) as frames:
            with session_socket(stream_server) as second:
                assert resume_session(second, opened)["state"] == "opened"
                assert first.refusal() == ("session-taken", 4409)
                assert run_stream(second, frames, opened).ended["sent"] == 20
                second.say("done")
                assert second.hear("accepted")["state"] == "completed"


def test_says_again_that_the_stream_has_ended(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened) as frames:
            stream = run_stream(session, frames, opened)
        cut(session)
    with session_socket(stream_server) as session:
        assert resume_session(session, opened)["state"] == "finishing"
        assert session.hear("ended") == stream.ended
        session.say("submit", report=report_of(opened, stream))
        accepted = session.hear("accepted")
        assert accepted["verified"], accepted


def test_gives_the_same_answer_to_the_same_report(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened) as frames:
            stream = run_stream(session, frames, opened)
        report = report_of(opened, stream)
        session.say("submit", report=report)
        accepted = session.hear("accepted")
    for _ in range(2):
        with session_socket(stream_server) as session:
            assert resume_session(session, opened)["state"] == "completed"
            session.say("submit", report=report)
            assert session.hear("accepted") == accepted
            assert session.close_code() == 1000


def test_takes_no_report_of_a_session_that_failed(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened) as frames:
            stream = run_stream(session, frames, opened)
        session.socket.close(1000)
    wait_for(stream_server, opened, lambda each: each["state"] == "failed")
    with session_socket(stream_server) as session:
        assert resume_session(session, opened)["state"] == "failed"
        session.say("submit", report=report_of(opened, stream))
        assert session.refusal() == ("out-of-order", 4410)


def test_recalls_what_is_stored(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened) as frames:
            run_stream(session, frames, opened)
        cut(session)
    with session_socket(stream_server) as session:
        resume_session(session, opened)
        session.hear("ended")
        session.say("recall", first=7)
        message = session.socket.recv(timeout=15)
        assert isinstance(message, bytes)
        number, batch = decode_predictions(message)
        expected = predictions_of(range(7, 20))
        assert number == 0
        assert batch.sequences.tolist() == expected.sequences.tolist()
        assert batch.probabilities.tobytes() == expected.probabilities.tobytes()
        assert batch.latencies_ms.tobytes() == expected.latencies_ms.tobytes()
        session.say("recall", first=20)
        assert session.hear("recalled")["session"] == opened["session"]


def test_a_worker_s_session_goes_on_without_the_worker(stream_server: RunningServer) -> None:
    offer = {**CLASSIFIER, "name": "left-alone"}
    with session_socket(stream_server) as session:
        session.say("follow", classifiers=[offer], client=CLIENT)
        session.hear("following")
        rest(stream_server, "/api/sessions/", {"classifier": "left-alone", "count": 20, "fps": 0})
        opened = session.hear("opened")
        cut(session)
    with session_socket(stream_server) as session:
        assert resume_session(session, opened)["state"] == "opened"
        with attached(stream_server, opened) as frames:
            run_stream(session, frames, opened)
        session.say("done")
        assert session.hear("accepted")["state"] == "completed"
        assert session.close_code() == 1000


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        pytest.param({"secret": "guessed"}, ("wrong-secret", 4403), id="a wrong secret"),
        pytest.param({"secret": ""}, ("wrong-secret", 4403), id="no secret"),
        pytest.param({"session": str(uuid4())}, ("unknown-session", 4404), id="no session"),
        pytest.param({"session": "7"}, ("invalid-field", 4402), id="no id"),
    ],
)
def test_refuses_strangers_and_leaves_the_session_to_its_client(
    stream_server: RunningServer, changes: dict[str, str], refusal: tuple[str, int]
) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with session_socket(stream_server) as stranger:
            asked = {"session": opened["session"], "secret": opened["secret"], **changes}
            stranger.say("resume", client=CLIENT, **asked)
            assert stranger.refusal() == refusal
        with attached(stream_server, opened) as frames:
            assert run_stream(session, frames, opened).ended["sent"] == 20


def test_refuses_a_session_that_nobody_has_had(stream_server: RunningServer) -> None:
    offer = {**CLASSIFIER, "name": "busy"}
    asked = {"classifier": "busy", "count": 20, "fps": 0}
    with session_socket(stream_server) as worker:
        worker.say("follow", classifiers=[offer], client=CLIENT)
        worker.hear("following")
        rest(stream_server, "/api/sessions/", asked)
        worker.hear("opened")
        _, waiting = rest(stream_server, "/api/sessions/", asked)
        with session_socket(stream_server) as stranger:
            stranger.say("resume", session=waiting["uuid"], secret="", client=CLIENT)
            assert stranger.refusal() == ("wrong-secret", 4403)


def test_refuses_a_second_session_on_a_socket(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session)
        session.say("resume", session=opened["session"], secret=opened["secret"], client=CLIENT)
        assert session.refusal() == ("out-of-order", 4410)
