"""The session socket of a real server process: a session's life, and everything off it."""

import copy
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from streaming.predictions import encode_predictions
from tests.servers import RunningServer
from tests.streaming.peers import (
    CLASSIFIER,
    CLIENT,
    Peer,
    attached,
    counts,
    cut,
    frames_socket,
    open_session,
    predictions_of,
    report_of,
    rest,
    rest_session,
    run_stream,
    session_socket,
    wait_for,
)


def _failed(server: RunningServer, opened: dict[str, Any]) -> dict[str, Any]:
    return wait_for(server, opened, lambda each: each["state"] == "failed")


def test_ends_a_session_without_a_report(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20, fps=500, offset=7)
        with attached(stream_server, opened) as frames:
            stream = run_stream(session, frames, opened)
        session.say("done")
        accepted = session.hear("accepted")
        assert session.close_code() == 1000
    assert stream.sequences == list(range(20))
    # The dataset's first pixel tells the frame's index.
    firsts = [
        int(each.images[index, 0, 0]) for each in stream.messages for index in range(len(each))
    ]
    assert firsts == list(range(7, 27))
    assert (accepted["state"], accepted["verified"]) == ("completed", False)
    stored = rest_session(stream_server, opened["session"])
    assert (stored["state"], counts(stored)) == ("completed", (20, 20, 0, 20, 0, 20, 0, 0, 20))
    assert stored["ledger"] == accepted["ledger"]
    assert stored["client"] == "peer 1"


def test_verifies_an_honest_report(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened) as frames:
            stream = run_stream(session, frames, opened)
        session.say("submit", report=report_of(opened, stream))
        accepted = session.hear("accepted")
        assert session.close_code() == 1000
    assert accepted["discrepancies"] == []
    assert (accepted["state"], accepted["verified"]) == ("completed", True)
    assert accepted["page"] == f"/sessions/{opened['session']}/"
    status, report = rest(stream_server, f"/api/sessions/{opened['session']}/report/")
    assert (status, report["ledger"]["stored"], len(report["samples"])) == (200, 20, 10)


def test_says_what_is_wrong_in_a_tampered_report(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened) as frames:
            stream = run_stream(session, frames, opened)
        report: Any = copy.deepcopy(report_of(opened, stream))
        report["summary"]["classes"][3]["frames"] += 1
        session.say("submit", report=report)
        accepted = session.hear("accepted")
    assert (accepted["state"], accepted["verified"]) == ("completed", False)
    assert any("frames of class 3 is 3" in each for each in accepted["discrepancies"])


def test_counts_what_is_right_where_the_labels_are(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened) as frames:
            run_stream(session, frames, opened)
        session.say("done")
        session.hear("accepted")
    # Frame n is labelled n % 10, which is what this client predicts.
    _, metrics = rest(stream_server, f"/api/sessions/{opened['session']}/metrics/")
    assert metrics["accuracy"] == 1


def test_takes_all_that_follow_at_the_servers_rate_where_nothing_is_asked(
    stream_server: RunningServer,
) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=None, fps=None, offset=290)
        assert (opened["announced"], opened["fps"], opened["offset"]) == (10, 10, 290)


def test_stops_in_mid_stream(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=300, fps=50)
        with attached(stream_server, opened) as frames:
            frames.say("credit", until=opened["window"])
            session.say("ready")
            session.hear("ready")
            received = [frames.hear_frames() for _ in range(3)]
            session.say("stop")
            ended = session.hear("ended")
            sent = ended["sent"]
            while received[-1].first_sequence + len(received[-1]) < sent:
                received.append(frames.hear_frames())
            assert frames.hear("ended") == ended
        assert 3 <= sent < 100
        assert (ended["unsent"], ended["reason"]) == (300 - sent, "client")
        assert session.predict(predictions_of(range(sent)))["total"] == sent
        session.say("done")
        accepted = session.hear("accepted")
    assert accepted["state"] == "stopped"
    stored = rest_session(stream_server, opened["session"])
    assert counts(stored) == (300, sent, 300 - sent, sent, 0, sent, 0, 0, sent)
    assert stored["ledger"]["losses"]["unsent"] == [
        {"reason": "client", "count": 300 - sent, "ranges": [[sent, 299]]}
    ]


def test_stops_before_the_start(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened) as frames:
            session.say("stop", reason="changed my mind")
            ended = session.hear("ended")
            assert session.close_code() == 1000
            assert frames.hear("ended") == ended
    assert (ended["sent"], ended["unsent"], ended["reason"]) == (0, 20, "changed my mind")
    stored = rest_session(stream_server, opened["session"])
    assert (stored["state"], counts(stored)) == ("stopped", (20, 0, 20, 0, 0, 0, 0, 0, 0))


def test_stops_over_rest(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=300, fps=20)
        with attached(stream_server, opened) as frames:
            frames.say("credit", until=opened["window"])
            session.say("ready")
            session.hear("ready")
            frames.hear_frames()
            status, _ = rest(stream_server, f"/api/sessions/{opened['session']}/stop/", post=True)
            assert status == 200
            ended = session.hear("ended")
        assert (ended["reason"], ended["sent"] + ended["unsent"]) == ("rest", 300)
        session.say("done")
        assert session.hear("accepted")["state"] == "stopped"


@pytest.mark.parametrize("close_code", [1000, 1002, 3000, 4000, 4402])
def test_fails_a_session_that_its_client_gives_up(
    stream_server: RunningServer, close_code: int
) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=300, fps=50)
        with attached(stream_server, opened) as frames:
            frames.say("credit", until=opened["window"])
            session.say("ready")
            session.hear("ready")
            first = frames.hear_frames()
            session.predict(predictions_of(range(len(first))))
            session.socket.close(close_code)
            assert frames.hear_end()["type"] == "ended"
    stored = _failed(stream_server, opened)
    ledger = stored["ledger"]
    assert stored["error"]
    assert ledger["sent"] >= ledger["stored"] == len(first)
    assert ledger["differences"] == []
    lost = [loss["ranges"] for loss in ledger["losses"]["lost"]]
    expected = [[[len(first), ledger["sent"] - 1]]] if ledger["sent"] > len(first) else []
    assert lost == expected


def test_acknowledges_the_same_batch_twice_and_stores_it_once(
    stream_server: RunningServer,
) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened) as frames:
            stream = run_stream(session, frames, opened)
        again = session.predict(predictions_of(range(20)), number=77)
        assert again == {"type": "ack", "batch": 77, "stored": 0, "repeated": 20, "total": 20}
        assert len(stream.sequences) == 20


def test_passes_progress_on(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20)
        with attached(stream_server, opened) as frames:
            frames.say("credit", until=5)
            session.say("ready")
            session.hear("ready")
            session.say("progress", received=5, analysed=3)
            session.say("stop")
            session.hear("ended")
        ledger = rest_session(stream_server, opened["session"])["ledger"]
        assert (ledger["received"], ledger["analysed"]) == (5, 3)


def _text(text: str | bytes) -> Callable[[Peer], None]:
    return lambda peer: peer.socket.send(text)


def _open(**changes: Any) -> Callable[[Peer], None]:
    fields = {"type": "open", "classifier": CLASSIFIER, "client": CLIENT, "count": 5, **changes}
    return _text(json.dumps(fields))


NO_CLIENT = {"type": "open", "classifier": CLASSIFIER}


@pytest.mark.parametrize(
    ("offence", "code", "close_code"),
    [
        pytest.param(_text("hello"), "malformed-message", 4400, id="not JSON"),
        pytest.param(_text('{"x":' + "[" * 100_000), "malformed-message", 4400, id="deep nesting"),
        pytest.param(_text(b"\x00\xff garbage"), "malformed-message", 4400, id="binary garbage"),
        pytest.param(_text(b""), "malformed-message", 4400, id="empty binary"),
        pytest.param(_open(fps=float("nan")), "malformed-message", 4400, id="fps NaN"),
        pytest.param(_text("[]"), "invalid-field", 4402, id="no object"),
        pytest.param(_text('{"type": "dance"}'), "unknown-message-type", 4401, id="unknown type"),
        pytest.param(
            _text('{"type": "credit", "until": 5}'),
            "unknown-message-type",
            4401,
            id="type of the other socket",
        ),
        pytest.param(_text(json.dumps(NO_CLIENT)), "invalid-field", 4402, id="missing field"),
        pytest.param(_open(count=0), "invalid-field", 4402, id="count 0"),
        pytest.param(_open(count=-1), "invalid-field", 4402, id="count negative"),
        pytest.param(_open(count=1.5), "invalid-field", 4402, id="count a fraction"),
        pytest.param(_open(fps=-1), "invalid-field", 4402, id="fps negative"),
        pytest.param(_open(fps="fast"), "invalid-field", 4402, id="fps a text"),
        pytest.param(_open(offset=300), "invalid-field", 4402, id="offset beyond"),
        pytest.param(_open(offset=-1), "invalid-field", 4402, id="offset negative"),
        pytest.param(_open(count=301), "invalid-field", 4402, id="more than there are"),
        pytest.param(
            _open(classifier={**CLASSIFIER, "class_names": ["a", "a"]}),
            "invalid-field",
            4402,
            id="a class twice",
        ),
        pytest.param(
            _open(client={"name": "nul\x00"}), "invalid-field", 4402, id="a NUL in a name"
        ),
        pytest.param(
            _open(classifier={**CLASSIFIER, "card": {"a": ["\x00"]}}),
            "invalid-field",
            4402,
            id="a NUL in the card",
        ),
        pytest.param(_text('{"type": "ready"}'), "out-of-order", 4410, id="ready before open"),
        pytest.param(_text('{"type": "done"}'), "out-of-order", 4410, id="done before open"),
        pytest.param(
            _text(encode_predictions(predictions_of([0]), number=1)),
            "out-of-order",
            4410,
            id="predictions before open",
        ),
    ],
)
def test_refuses_before_there_is_a_session(
    stream_server: RunningServer, offence: Callable[[Peer], None], code: str, close_code: int
) -> None:
    with session_socket(stream_server) as peer:
        offence(peer)
        assert peer.refusal() == (code, close_code)


@pytest.mark.parametrize(
    ("offence", "code", "close_code"),
    [
        pytest.param(_text('{"type": "ready"}'), "out-of-order", 4410, id="ready before attach"),
        pytest.param(_open(), "out-of-order", 4410, id="a second open"),
        pytest.param(
            _text(json.dumps({"type": "follow", "classifiers": [CLASSIFIER], "client": CLIENT})),
            "out-of-order",
            4410,
            id="follow with a session",
        ),
        pytest.param(_text('{"type": "done"}'), "out-of-order", 4410, id="done before the end"),
        pytest.param(
            _text('{"type": "submit", "report": {}}'), "invalid-report", 4415, id="empty report"
        ),
        pytest.param(
            _text(encode_predictions(predictions_of([0]), number=1)),
            "out-of-order",
            4410,
            id="predictions before the start",
        ),
    ],
)
def test_refuses_before_the_start_and_fails_the_session(
    stream_server: RunningServer, offence: Callable[[Peer], None], code: str, close_code: int
) -> None:
    with session_socket(stream_server) as peer:
        opened = open_session(peer)
        offence(peer)
        assert peer.refusal() == (code, close_code)
    stored = _failed(stream_server, opened)
    assert stored["error"].startswith(f"{code}: ")
    assert counts(stored) == (20, 0, 20, 0, 0, 0, 0, 0, 0)


def _few_classes() -> bytes:
    batch = predictions_of([0])
    return encode_predictions(
        type(batch)(
            sequences=batch.sequences,
            probabilities=batch.probabilities[:, :4],
            latencies_ms=batch.latencies_ms,
        ),
        number=1,
    )


@pytest.mark.parametrize(
    ("offence", "code", "close_code"),
    [
        pytest.param(
            _text(encode_predictions(predictions_of([5]), number=1)),
            "never-sent",
            4413,
            id="a frame never sent",
        ),
        pytest.param(
            _text(encode_predictions(predictions_of([2**64 - 1]), number=1)),
            "invalid-field",
            4402,
            id="a sequence beyond every database",
        ),
        pytest.param(
            _text(encode_predictions(predictions_of([0], shift=1), number=1)),
            "conflicting-result",
            4414,
            id="another result",
        ),
        pytest.param(_text(_few_classes()), "invalid-field", 4402, id="other classes"),
        pytest.param(
            _text('{"type": "submit", "report": {"format": 1}}'),
            "invalid-report",
            4415,
            id="invalid report",
        ),
    ],
)
def test_refuses_while_a_session_runs_and_keeps_what_is_stored(
    stream_server: RunningServer, offence: Callable[[Peer], None], code: str, close_code: int
) -> None:
    with session_socket(stream_server) as peer:
        opened = open_session(peer)
        with attached(stream_server, opened) as frames:
            frames.say("credit", until=3)
            peer.say("ready")
            peer.hear("ready")
            assert len(frames.hear_frames()) == 3
            assert peer.predict(predictions_of([0, 1]))["total"] == 2
            offence(peer)
            assert peer.refusal() == (code, close_code)
    stored = _failed(stream_server, opened)
    assert stored["error"].startswith(f"{code}: ")
    assert counts(stored) == (20, 3, 17, 2, 1, 2, 0, 0, 2)


def test_refuses_another_subprotocol(stream_server: RunningServer) -> None:
    with session_socket(stream_server, subprotocol=None) as peer:
        assert peer.refusal() == ("wrong-subprotocol", 4406)
    with session_socket(stream_server, subprotocol="fashionsite.session.v9") as peer:
        assert peer.refusal() == ("wrong-subprotocol", 4406)


@pytest.mark.parametrize(
    ("header", "close_code"),
    [
        pytest.param(b"\x81\xff" + (4 * 1024 * 1024 + 1).to_bytes(8, "big"), 1009, id="too large"),
        pytest.param(b"\x83\x80", 1002, id="an opcode that there is not"),
    ],
)
def test_names_the_fault_of_what_is_no_message(
    stream_server: RunningServer, header: bytes, close_code: int
) -> None:
    with session_socket(stream_server) as peer:
        peer.socket.socket.sendall(header + b"mask")
        assert peer.close_code() == close_code


@pytest.mark.parametrize(
    "offend",
    [
        pytest.param(_text("hello"), id="not JSON"),
        pytest.param(_text(b"\x00" * 100), id="binary garbage"),
        pytest.param(_text('{"type": "dance"}'), id="unknown type"),
        pytest.param(_open(count=-1), id="count negative"),
        pytest.param(_text('{"type": "ready"}'), id="ready before open"),
        pytest.param(
            _text(encode_predictions(predictions_of([0]), number=1)), id="predictions before open"
        ),
        pytest.param(cut, id="gone without a goodbye"),
    ],
)
def test_a_bad_peer_does_not_disturb_a_good_one(
    stream_server: RunningServer, offend: Callable[[Peer], None]
) -> None:
    logged = len(stream_server.log)
    with session_socket(stream_server) as session:
        opened = open_session(session, count=20, fps=100)
        with attached(stream_server, opened) as frames:
            with (
                session_socket(stream_server) as bad,
                frames_socket(stream_server, opened["session"]) as bad_frames,
            ):
                offend(bad)
                offend(bad_frames)
                stream = run_stream(session, frames, opened)
        session.say("submit", report=report_of(opened, stream))
        accepted = session.hear("accepted")
    assert (accepted["state"], accepted["verified"]) == ("completed", True)
    assert accepted["discrepancies"] == []
    log = stream_server.log[logged:]
    assert "refused, " in log or "closed with 1006" in log
    assert "Traceback" not in log


def test_sessions_run_side_by_side(stream_server: RunningServer) -> None:
    def one(offset: int) -> dict[str, Any]:
        with session_socket(stream_server) as session:
            opened = open_session(session, count=50, offset=offset)
            with attached(stream_server, opened) as frames:
                stream = run_stream(session, frames, opened)
            session.say("submit", report=report_of(opened, stream))
            accepted = session.hear("accepted")
        assert stream.messages[0].images[0, 0, 0] == offset
        return accepted

    with ThreadPoolExecutor(5) as pool:
        results = list(pool.map(one, range(0, 50, 10)))
    assert all(each["verified"] and each["ledger"]["stored"] == 50 for each in results)
