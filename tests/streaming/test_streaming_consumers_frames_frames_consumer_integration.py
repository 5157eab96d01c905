"""The frames socket of a real server process: secrets, credit, pacing, and everything off it."""

import urllib.error
import urllib.request
from collections.abc import Callable
from uuid import uuid4

import pytest
from websockets.exceptions import InvalidStatus

from streaming.messages import SESSION_PATH
from tests.servers import RunningServer
from tests.streaming.peers import (
    Peer,
    attached,
    counts,
    cut,
    frames_socket,
    open_session,
    predictions_of,
    rest_session,
    run_stream,
    session_socket,
    take_rest,
    wait_for,
)


def test_sends_nothing_without_credit_and_no_frame_beyond_it(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened) as frames:
            session.say("ready")
            session.hear("ready")
            with pytest.raises(TimeoutError):
                frames.socket.recv(timeout=0.3)
            frames.say("credit", until=7)
            first = frames.hear_frames()
            assert (first.first_sequence, len(first)) == (0, 7)
            # Credit only grows: less than before changes nothing.
            frames.say("credit", until=3)
            with pytest.raises(TimeoutError):
                frames.socket.recv(timeout=0.3)
            frames.say("credit", until=20)
            assert frames.hear_frames().first_sequence == 7
            assert frames.hear("ended")["sent"] == 20


def test_sends_nothing_before_both_sides_are_ready(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened) as frames:
            frames.say("credit", until=20)
            with pytest.raises(TimeoutError):
                frames.socket.recv(timeout=0.3)
            session.say("ready")
            session.hear("ready")
            assert len(frames.hear_frames()) == 20


def test_keeps_the_rate_that_was_asked_for(stream_server: RunningServer) -> None:
    fps, count = 40, 60
    with session_socket(stream_server) as session:
        opened = open_session(session, count=count, fps=fps)
        with attached(stream_server, opened) as frames:
            stream = run_stream(session, frames, opened)
    sent_at_s = [each.sent_at_ns / 1e9 for each in stream.messages for _ in range(len(each))]
    assert len(sent_at_s) == count
    # No frame is early, and the last is as late as the machine is busy, not as the stream is long.
    early = min(at - sent_at_s[0] - index / fps for index, at in enumerate(sent_at_s))
    assert early > -0.05
    assert sent_at_s[-1] - sent_at_s[0] < (count - 1) / fps + 0.5


def test_fails_a_stream_that_is_granted_more_than_the_window(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened) as frames:
            frames.say("credit", until=5)
            session.say("ready")
            session.hear("ready")
            frames.hear_frames()
            frames.say("credit", until=5 + opened["window"] + 1)
            assert frames.refusal() == ("invalid-field", 4402)
        ended = session.hear("ended")
        assert (ended["sent"], ended["unsent"], ended["reason"]) == (5, 15, "invalid-field")
        session.predict(predictions_of(range(5)))
        session.say("done")
        assert session.hear("accepted")["state"] == "failed"
    assert counts(rest_session(stream_server, opened["session"])) == (20, 5, 15, 5, 0, 5, 0, 0, 5)


@pytest.mark.parametrize(
    ("leave", "reason"),
    [
        pytest.param(cut, "connection-lost", id="cut"),
        pytest.param(lambda frames: frames.socket.close(1000), "frames-closed", id="closed"),
        pytest.param(lambda frames: frames.socket.close(1001), "going-away", id="going away"),
    ],
)
def test_goes_on_with_the_next_reader_where_the_last_one_left(
    stream_server: RunningServer, leave: Callable[[Peer], None], reason: str
) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened) as frames:
            frames.say("credit", until=5)
            session.say("ready")
            session.hear("ready")
            assert len(frames.hear_frames()) == 5
            leave(frames)
        stored = wait_for(stream_server, opened, lambda each: each["interrupted_at"] is not None)
        assert (stored["state"], stored["ledger"]["sent"]) == ("running", 5)
        assert stored["interrupted_by"] == reason
        # Of the five that were sent, three have come.
        with attached(stream_server, opened, following=3) as frames:
            session.predict(predictions_of(range(3)))
            frames.say("credit", until=20)
            stream = take_rest(session, frames, opened)
        assert stream.sequences == list(range(3, 20))
        session.say("done")
        assert session.hear("accepted")["state"] == "completed"
    stored = rest_session(stream_server, opened["session"])
    assert counts(stored) == (20, 20, 0, 20, 0, 20, 0, 0, 20)
    (interruption,) = stored["interruptions"]
    assert (interruption["reason"], stored["interrupted_at"]) == (reason, None)
    assert stored["ledger"]["interruptions"]["count"] == 1


def test_waits_for_a_reader_that_left_before_the_start(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened):
            pass
        wait_for(stream_server, opened, lambda each: each["interrupted_at"] is not None)
        with attached(stream_server, opened) as frames:
            assert run_stream(session, frames, opened).ended["sent"] == 20


def test_stops_a_stream_that_nobody_reads(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened) as frames:
            frames.say("credit", until=5)
            session.say("ready")
            session.hear("ready")
            frames.hear_frames()
            cut(frames)
        wait_for(stream_server, opened, lambda each: each["interrupted_at"] is not None)
        session.say("stop")
        ended = session.hear("ended")
        assert (ended["sent"], ended["unsent"], ended["reason"]) == (5, 15, "client")
        # What was sent and did not come can still be had.
        with attached(stream_server, opened, following=2) as frames:
            frames.say("credit", until=20)
            message = frames.hear_frames()
            assert (message.first_sequence, len(message)) == (2, 3)
            assert frames.hear("ended") == ended
        session.predict(predictions_of(range(5)))
        session.say("done")
        assert session.hear("accepted")["state"] == "stopped"


def test_sends_the_rest_again_after_the_end(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened) as frames:
            ended = run_stream(session, frames, opened).ended
        with attached(stream_server, opened, following=15) as frames:
            frames.say("credit", until=20)
            message = frames.hear_frames()
            assert (message.first_sequence, len(message)) == (15, 5)
            assert frames.hear("ended") == ended
        with attached(stream_server, opened, following=20) as frames:
            assert frames.hear("ended") == ended


def test_goes_on_at_the_rate_without_catching_up(stream_server: RunningServer) -> None:
    fps = 20
    with session_socket(stream_server) as session:
        opened = open_session(session, count=300, fps=fps)
        with attached(stream_server, opened) as frames:
            frames.say("credit", until=opened["window"])
            session.say("ready")
            session.hear("ready")
            first = frames.hear_frames()
            cut(frames)
        stored = wait_for(stream_server, opened, lambda each: each["interrupted_at"] is not None)
        following = len(first)
        with attached(stream_server, opened, following=following) as frames:
            frames.say("credit", until=following + opened["window"])
            messages = [frames.hear_frames() for _ in range(10)]
        assert stored["ledger"]["sent"] >= following
        sent_at_s = [each.sent_at_ns / 1e9 for each in messages for _ in range(len(each))]
        early = min(at - sent_at_s[0] - index / fps for index, at in enumerate(sent_at_s))
        assert early > -0.05


@pytest.mark.parametrize(
    ("state", "following"),
    [
        pytest.param("opened", 1, id="before the start"),
        pytest.param("running", 21, id="beyond what was announced"),
        pytest.param("finishing", 6, id="beyond what was sent"),
    ],
)
def test_refuses_to_go_on_beyond_what_can_have_come(
    stream_server: RunningServer, state: str, following: int
) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened) as frames:
            if state != "opened":
                frames.say("credit", until=5)
                session.say("ready")
                session.hear("ready")
                frames.hear_frames()
            if state == "finishing":
                session.say("stop")
                session.hear("ended")
            with frames_socket(stream_server, opened["session"]) as second:
                second.say("attach", secret=opened["secret"], next=following)
                assert second.refusal() == ("invalid-field", 4402)
        assert rest_session(stream_server, opened["session"])["state"] == state


def test_refuses_a_wrong_secret_and_leaves_the_session_to_its_client(
    stream_server: RunningServer,
) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with frames_socket(stream_server, opened["session"]) as stranger:
            stranger.say("attach", secret="guessed")
            assert stranger.refusal() == ("wrong-secret", 4403)
        with attached(stream_server, opened) as frames:
            assert run_stream(session, frames, opened).ended["sent"] == 20


def test_gives_the_frames_to_whoever_attaches_last(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened) as frames:
            frames.say("credit", until=5)
            session.say("ready")
            session.hear("ready")
            frames.hear_frames()
            with attached(stream_server, opened, following=5) as second:
                assert frames.refusal() == ("session-taken", 4409)
                session.predict(predictions_of(range(5)))
                second.say("credit", until=20)
                assert take_rest(session, second, opened).sequences == list(range(5, 20))
        session.say("done")
        assert session.hear("accepted")["state"] == "completed"


def test_takes_predictions_of_frames_that_a_replaced_reader_got_in_the_last_second(
    stream_server: RunningServer,
) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened) as frames:
            frames.say("credit", until=5)
            session.say("ready")
            session.hear("ready")
            frames.hear_frames()
            # As when a network delivers late what was sent on an older connection.
            with attached(stream_server, opened, following=0) as late:
                assert session.predict(predictions_of(range(5)))["stored"] == 5
                late.say("credit", until=20)
                assert take_rest(session, late, opened).sequences == list(range(20))
        session.say("done")
        assert session.hear("accepted")["state"] == "completed"


def test_refuses_an_unknown_session(stream_server: RunningServer) -> None:
    with frames_socket(stream_server, str(uuid4())) as peer:
        peer.say("attach", secret="any")
        assert peer.refusal() == ("unknown-session", 4404)


def test_refuses_a_session_that_is_over(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        session.say("stop")
        session.hear("ended")
    with frames_socket(stream_server, opened["session"]) as peer:
        peer.say("attach", secret=opened["secret"])
        assert peer.refusal() == ("out-of-order", 4410)


def _text(text: str | bytes) -> Callable[[Peer], None]:
    return lambda peer: peer.socket.send(text)


@pytest.mark.parametrize(
    ("offence", "code", "close_code"),
    [
        pytest.param(_text("nonsense"), "malformed-message", 4400, id="not JSON"),
        pytest.param(_text(b"\x00" * 40), "malformed-message", 4400, id="binary"),
        pytest.param(_text('{"type": "ready"}'), "unknown-message-type", 4401, id="unknown type"),
        pytest.param(_text('{"type": "attach"}'), "invalid-field", 4402, id="missing field"),
        pytest.param(
            _text('{"type": "credit", "until": -1}'), "invalid-field", 4402, id="negative"
        ),
        pytest.param(_text('{"type": "credit", "until": 1}'), "out-of-order", 4410, id="too early"),
    ],
)
def test_refuses_before_attaching(
    stream_server: RunningServer, offence: Callable[[Peer], None], code: str, close_code: int
) -> None:
    with frames_socket(stream_server, str(uuid4())) as peer:
        offence(peer)
        assert peer.refusal() == (code, close_code)


def test_refuses_a_second_attach_on_the_same_socket(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened) as frames:
            frames.say("attach", secret=opened["secret"])
            assert frames.refusal() == ("out-of-order", 4410)


def test_refuses_another_subprotocol(stream_server: RunningServer) -> None:
    with frames_socket(stream_server, str(uuid4()), subprotocol="chat") as peer:
        assert peer.refusal() == ("wrong-subprotocol", 4406)


@pytest.mark.parametrize(
    ("path", "on_frames_port"),
    [
        pytest.param("/", True, id="nothing there"),
        pytest.param("/frames/not-a-uuid", True, id="no session id"),
        pytest.param(SESSION_PATH, True, id="the session socket on the frames port"),
        pytest.param(f"/frames/{uuid4()}", False, id="the frames socket on the session port"),
        pytest.param("/ws/nowhere/", False, id="nowhere"),
    ],
)
def test_refuses_the_handshake_of_a_wrong_path_or_port(
    stream_server: RunningServer, path: str, on_frames_port: bool
) -> None:
    port = stream_server.frames_port if on_frames_port else stream_server.session_port
    with pytest.raises(InvalidStatus) as refused:
        with session_socket(stream_server, path=path, port=port):
            pass
    assert refused.value.response.status_code == 403


def test_serves_no_page_on_the_frames_port(stream_server: RunningServer) -> None:
    address = f"http://127.0.0.1:{stream_server.frames_port}/"
    with pytest.raises(urllib.error.HTTPError) as refused, urllib.request.urlopen(address):
        pass
    with refused.value as answer:
        assert answer.code == 404
        assert str(stream_server.session_port) in answer.read().decode()


@pytest.mark.parametrize(
    ("origin", "statuses"),
    [
        pytest.param("http://evil.example", {403}, id="another site"),
        pytest.param("http://127.0.0.1:1", {403}, id="another port of this host"),
        # Daphne's websockets refuse it themselves.
        pytest.param("null", {400, 403}, id="a sandboxed page"),
    ],
)
def test_refuses_pages_of_other_sites(
    stream_server: RunningServer, origin: str, statuses: set[int]
) -> None:
    for port, path in (
        (stream_server.session_port, SESSION_PATH),
        (stream_server.frames_port, f"/frames/{uuid4()}"),
    ):
        with pytest.raises(InvalidStatus) as refused:
            with session_socket(stream_server, path=path, port=port, origin=origin):
                pass
        assert refused.value.response.status_code in statuses
