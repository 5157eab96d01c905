"""A whole session against a server that speaks the protocol, and against one that errs."""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from analysis.classifiers.interface import ImageClassifier
from analysis.connection import Limits, SessionConnection
from analysis.errors import ServerRefused, SessionFailed, SessionInterrupted, StoppedBeforeStart
from analysis.identity import classifier_info
from analysis.options import AnalysisOptions
from analysis.pipeline import SessionResult, run_session
from analysis.stages import RunCounts
from results.report import validate_report
from streaming.errors import MalformedFrames, OutOfOrder, PeerError
from streaming.frames import encode_frames
from streaming.messages import Ack, Credit, Error, Following, Open, Opened, Progress, Stop
from tests.analysis.fake_server import FakeServer
from tests.analysis.live_fakes import (
    CLIENT,
    LIMITS,
    SESSION,
    WAIT_S,
    FakeClassifier,
    Images,
    message,
    pictures,
)


def _run(
    server: FakeServer,
    *,
    classifier: ImageClassifier | None = None,
    stop: threading.Event | None = None,
    limits: Limits = LIMITS,
    on_progress: Callable[[RunCounts], None] = lambda counts: None,
    **options: Any,
) -> SessionResult:
    """Open a session and run it; no thread may be left behind."""
    classifier = classifier or FakeClassifier()
    with SessionConnection(server.address, limits=limits) as connection:
        request = Open(classifier=classifier_info(classifier.card), client=CLIENT)
        opened = connection.request(request, Opened)
        try:
            return run_session(
                connection,
                opened,
                classifier,
                options=AnalysisOptions(client=CLIENT, **options),
                stop=stop or threading.Event(),
                on_progress=on_progress,
            )
        finally:
            names = {thread.name for thread in threading.enumerate()}
            assert not names & {"receiver", "analyzer", "uplink"}


@pytest.fixture(name="stopper")
def fixture_stopper() -> Iterator[Callable[[FakeServer, threading.Event], None]]:
    """Something that sets an event once a server's stream pauses."""
    with contextlib.ExitStack() as stack:

        def start(server: FakeServer, stop: threading.Event) -> None:
            def wait() -> None:
                if server.paused.wait(WAIT_S):
                    stop.set()

            thread = threading.Thread(target=wait)
            thread.start()
            stack.callback(thread.join)

        yield start


def test_analyses_stores_and_reports_every_frame() -> None:
    seen: list[RunCounts] = []
    with FakeServer(300, batch=7).running() as server:
        result = _run(server, on_progress=seen.append)
    assert result.ledger.line() == (
        "announced 300, sent 300, unsent 0, received 300, lost 0, analysed 300, rejected 0, "
        "dropped 0, stored 300"
    )
    assert server.stored == {sequence: sequence % 256 % 3 for sequence in range(300)}
    assert server.reports == [result.document]
    validate_report(result.document)
    assert result.page_url == f"http://127.0.0.1:{server.address.port}/sessions/{SESSION}/"
    assert seen[-1] == RunCounts(announced=300, received=300, analysed=300, stored=300)


def test_fetches_frames_from_another_address_where_it_is_told_to() -> None:
    with FakeServer(5, frames_port=1).running() as server:
        assert _run(server, frames_address=server.address).ledger.received == 5


def test_tells_its_counts_about_once_a_second() -> None:
    server = FakeServer(8)
    server.pause_at = 4

    def resume(_counts: RunCounts) -> None:
        if server.received_of(Progress):
            server.resume.set()

    with server.running():
        _run(server, on_progress=resume)
    assert server.received_of(Progress)[0] == Progress(received=4, analysed=4)


def test_names_frames_that_were_lost_on_the_way() -> None:
    server = FakeServer(20, batch=4)
    server.change = lambda first, data: None if first in (4, 16) else data
    with server.running():
        ledger = _run(server).ledger
    assert ledger.received == ledger.analysed == ledger.stored == 12
    assert [loss.ranges for loss in ledger.losses["lost"]] == [((4, 7), (16, 19))]
    assert not ledger.differences()


def test_names_frames_that_it_dropped() -> None:
    gate = threading.Event()
    server = FakeServer(40, batch=4, window=64)

    def wait(_images: Images) -> None:
        assert gate.wait(WAIT_S)

    def open_gate(counts: RunCounts) -> None:
        if counts.received == 40:
            gate.set()

    with server.running():
        ledger = _run(
            server,
            classifier=FakeClassifier(before=wait),
            on_progress=open_gate,
            overload="drop-oldest",
            queue_frames=8,
        ).ledger
    assert ledger.received == 40
    assert ledger.lost_count("dropped") == 40 - ledger.analysed > 0
    assert ledger.stored == ledger.analysed
    assert not ledger.differences()


def test_stops_drains_and_reports_what_there_is(
    stopper: Callable[[FakeServer, threading.Event], None],
) -> None:
    stop = threading.Event()
    server = FakeServer(100)
    server.pause_at = 8
    stopper(server, stop)
    with server.running():
        result = _run(server, stop=stop)
    assert server.received_of(Stop) == [Stop(reason="interrupted")]
    assert result.ledger.line() == (
        "announced 100, sent 8, unsent 92, received 8, lost 0, analysed 8, rejected 0, "
        "dropped 0, stored 8"
    )


def test_gives_up_on_a_server_that_does_not_stop() -> None:
    stop = threading.Event()
    stop.set()
    server = FakeServer(100)
    server.pause_at, server.obeys = 8, False
    with server.running():
        with pytest.raises(SessionInterrupted, match="waited 1 s for the end of the stream after"):
            _run(server, stop=stop, limits=Limits(connect_s=2, reply_s=1, reconnect_s=0))


@pytest.mark.parametrize("before", ["attach", "ready"])
def test_says_that_a_session_was_stopped_before_its_start(before: str) -> None:
    server = FakeServer(6)
    server.stop_before = before
    with server.running():
        with pytest.raises(StoppedBeforeStart, match="before its first frame: browser"):
            _run(server)


def test_reports_a_session_without_a_frame() -> None:
    stop = threading.Event()
    stop.set()
    server = FakeServer(100)
    server.pause_at = 0
    with server.running():
        assert _run(server, stop=stop).document["summary"]["frames"] == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(lambda data: b"XXXX" + data[4:], "starts with b'FSFR'", id="magic"),
        pytest.param(lambda data: data[:-1], "take 352 bytes", id="truncated"),
        pytest.param(lambda data: message(0, 4), "come once and in order", id="repeated"),
        pytest.param(
            lambda data: encode_frames(pictures(4, shape=(9, 9)), first_sequence=4, sent_at_ns=0),
            r"frames are \(8, 10\), got \(9, 9\)",
            id="size",
        ),
    ],
)
def test_closes_with_its_code_on_malformed_frames(
    change: Callable[[bytes], bytes], reason: str
) -> None:
    server = FakeServer(20, batch=4)
    server.change = lambda first, data: change(data) if first == 4 else data
    with server.running():
        with pytest.raises(MalformedFrames, match=reason):
            _run(server)
    assert any(code == 4412 for code, _ in server.closed_with)


@pytest.mark.parametrize(
    ("code", "kind", "reason"),
    [
        pytest.param(None, SessionInterrupted, "the connection broke", id="broken"),
        pytest.param(1001, SessionInterrupted, "1001, for now: a reason", id="shutting down"),
        pytest.param(4408, SessionInterrupted, f"analyze --resume {SESSION}", id="stalled"),
        pytest.param(4410, ServerRefused, "4410: a reason", id="refused"),
    ],
)
def test_fails_when_the_frames_end_in_their_middle_and_it_may_not_connect_again(
    code: int | None, kind: type[Exception], reason: str
) -> None:
    server = FakeServer(20, batch=4)
    server.break_frames_at, server.close_code = [8], code
    with server.running():
        with pytest.raises(kind, match=reason):
            _run(server, limits=Limits(connect_s=2, reconnect_s=0))


def test_says_what_the_server_says_of_predictions_that_it_refuses() -> None:
    error = Error(code="conflicting-result", detail="frame 0 has another", close_code=4414)
    server = FakeServer(20)
    server.ack = lambda number, batch: error
    with server.running():
        with pytest.raises(ServerRefused, match="frame 0 has another") as caught:
            _run(server)
    assert caught.value.close_code == 4414


def test_says_what_the_server_says_of_a_report_that_it_refuses() -> None:
    server = FakeServer(4)
    server.accept = lambda submit: Error(code="invalid-report", detail="no sum", close_code=4415)
    with server.running():
        with pytest.raises(ServerRefused, match="no sum"):
            _run(server)


def test_refuses_an_acknowledgement_of_nothing() -> None:
    server = FakeServer(4)
    server.ack = lambda number, batch: Ack(batch=number + 5, stored=1, repeated=0, total=1)
    with server.running():
        with pytest.raises(OutOfOrder, match="batch 5 was acknowledged"):
            _run(server)


def test_refuses_a_message_that_does_not_belong_here() -> None:
    server = FakeServer(4)
    server.ack = lambda number, batch: Following(worker=SESSION)
    with server.running():
        with pytest.raises(PeerError, match="the server sent following"):
            _run(server)


def test_gives_up_waiting_for_an_acknowledgement() -> None:
    server = FakeServer(4)
    server.ack = lambda number, batch: None
    limits = Limits(connect_s=2, ack_s=0.1, reconnect_s=0)
    with server.running():
        with pytest.raises(SessionInterrupted, match="no acknowledgement within 0.1 s"):
            _run(server, limits=limits)


def test_gives_up_waiting_for_the_answer_to_its_report() -> None:
    server = FakeServer(4)
    server.accept = lambda submit: Ack(batch=0, stored=0, repeated=0, total=0)
    with server.running():
        with pytest.raises(OutOfOrder, match="batch 0 was acknowledged"):
            _run(server)
    silent = FakeServer(4)
    silent.accept = lambda submit: None  # type: ignore[assignment,return-value]  # says nothing
    with silent.running():
        with pytest.raises(SessionInterrupted, match="not accepted within 0.1 s"):
            _run(silent, limits=Limits(connect_s=2, accepted_s=0.1, reconnect_s=0))


def test_gives_up_waiting_for_frames() -> None:
    server = FakeServer(8)
    server.pause_at = 4
    with server.running():
        with pytest.raises(SessionInterrupted, match="no frame came for 0.2 s after sequence 3"):
            _run(server, limits=Limits(connect_s=2, stall_s=0.2, reconnect_s=0))


def test_ends_with_the_cause_when_the_classifier_fails(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(_images: Images) -> None:
        raise RuntimeError("out of memory")

    with FakeServer(50).running() as server:
        with pytest.raises(SessionFailed, match="analyzer failed: RuntimeError: out of memory"):
            _run(server, classifier=FakeClassifier(before=fail))
    assert [one.message for one in caplog.records if one.levelno >= logging.ERROR] == [
        "the analyzer failed"
    ]
    assert any(code == 1011 for code, _ in server.closed_with)


def test_ends_at_once_when_it_is_interrupted() -> None:
    def interrupt(counts: RunCounts) -> None:
        if counts.received:
            raise KeyboardInterrupt

    server = FakeServer(100)
    server.pause_at = 8
    with server.running():
        with pytest.raises(KeyboardInterrupt):
            _run(server, on_progress=interrupt)
    assert not server.reports


def test_waits_for_a_slow_database_without_losing_a_frame() -> None:
    server = FakeServer(3000, batch=64, window=256)
    plain = server.ack
    gate = threading.Event()

    def slowly(number: int, batch: Any) -> Any:
        assert gate.wait(WAIT_S)
        return plain(number, batch)

    server.ack = slowly
    opener = threading.Timer(0.5, gate.set)
    opener.start()
    with server.running():
        ledger = _run(server, queue_frames=128, queue_results=128).ledger
    opener.join()
    assert ledger.stored == 3000
    assert not ledger.differences()


def test_never_grants_more_than_the_window_beyond_what_came() -> None:
    with FakeServer(200, batch=5, window=16).running() as server:
        result = _run(server)
    assert result.document["run"]["queue_high_water"]["frames"] <= 16
    assert not server.received_of(Credit)
