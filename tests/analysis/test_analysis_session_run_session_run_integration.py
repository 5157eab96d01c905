"""A session whose connections break, against a server that speaks the protocol."""

import itertools
import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest

from analysis.connection import Limits, SessionConnection
from analysis.errors import (
    ServerRefused,
    SessionFailed,
    SessionInterrupted,
    StoppedBeforeStart,
)
from analysis.frame_source import FrameLink
from analysis.identity import classifier_info
from analysis.link import SessionLink
from analysis.options import AnalysisOptions
from analysis.outcome import Outcome
from analysis.session_run import SessionRun
from analysis.stages import RunCounts
from results.batches import PredictionBatch
from streaming.messages import (
    Accepted,
    Error,
    Open,
    Opened,
    Progress,
    Ready,
    Resume,
    Resumed,
    Stop,
    Submit,
)
from tests.analysis.fake_server import FakeServer
from tests.analysis.live_fakes import CLIENT, LIMITS, SESSION, WAIT_S, FakeClassifier, Images


def _run(
    server: FakeServer,
    *,
    limits: Limits = LIMITS,
    stop: threading.Event | None = None,
    classifier: FakeClassifier | None = None,
    on_progress: Callable[[RunCounts], None] = lambda counts: None,
    **options: Any,
) -> tuple[Outcome, Accepted]:
    """Open a session and run it; no thread may be left behind."""
    classifier = classifier or FakeClassifier()
    with SessionConnection(server.address, limits=limits) as connection:
        request = Open(classifier=classifier_info(classifier.card), client=CLIENT)
        opened = connection.request(request, Opened)
        link = SessionLink(
            server.address, opened, client=CLIENT, limits=limits, connection=connection
        )
        frames = FrameLink(server.address, opened, limits=limits)
        run = SessionRun(
            link,
            frames,
            opened,
            classifier,
            options=AnalysisOptions(client=CLIENT, **options),
            stop=stop or threading.Event(),
            on_progress=on_progress,
        )
        try:
            outcome, _, accepted = run.run(None)
        finally:
            frames.abort()
            run.stages.end(WAIT_S)
            frames.close()
            link.release()
            names = {thread.name for thread in threading.enumerate()}
            assert not names & {"receiver", "analyzer", "uplink"}
        return outcome, accepted


def _complete(server: FakeServer, outcome: Outcome) -> None:
    """Every frame was analysed and stored, and the account adds up."""
    assert sorted(server.stored) == list(range(server.count))
    ledger = outcome.ledger
    assert (ledger.received, ledger.analysed, ledger.stored) == (server.count,) * 3
    assert not ledger.differences()
    assert len(outcome.samples) == min(10, server.count)


@pytest.mark.parametrize("code", [None, 1001, 1011, 1012, 1013, 4408, 4503])
def test_attaches_again_where_the_frames_break(code: int | None) -> None:
    server = FakeServer(300, batch=7, window=64)
    server.break_frames_at, server.close_code = [0, 21, 22, 150, 294], code
    classifier = FakeClassifier()
    with server.running():
        outcome, _ = _run(server, classifier=classifier)
    _complete(server, outcome)
    assert sum(classifier.batches) == 300
    assert len(server.attached) == 6
    assert server.attached == sorted(server.attached)
    assert not server.received_of(Resume)


@pytest.mark.parametrize("stores", [True, False])
@pytest.mark.parametrize("code", [None, 1001, 1011, 4503])
def test_resumes_where_the_session_socket_breaks(stores: bool, code: int | None) -> None:
    server = FakeServer(300, batch=7, window=64)
    server.break_session_at, server.close_code = [0, 1, 3], code
    server.stores_before = stores
    classifier = FakeClassifier()
    with server.running():
        outcome, _ = _run(server, classifier=classifier)
    _complete(server, outcome)
    assert sum(classifier.batches) == 300
    assert len(server.received_of(Resume)) == 3 - len(server.break_session_at)
    assert server.attached == [0]


@pytest.mark.parametrize("takes_effect", [True, False])
@pytest.mark.parametrize("what", [Ready, Progress, Submit, Stop])
def test_says_again_what_was_lost(what: type[Any], takes_effect: bool) -> None:
    stop = threading.Event()
    server = FakeServer(30)
    server.pause_at, server.break_session_at = 8, [what]
    server.stores_before = takes_effect

    def act(counts: RunCounts) -> None:
        if what is not Stop and len(server.received_of(Progress)) >= 2:
            server.resume.set()
        elif what is Stop and counts.received == 8:
            stop.set()

    with server.running():
        outcome, accepted = _run(server, stop=stop, on_progress=act)
    assert accepted.verified
    assert len(server.received_of(Resume)) == 1
    assert len(server.received_of(what)) >= (1 if what is Stop and takes_effect else 2)
    assert outcome.ledger.stored == (8 if what is Stop else 30)
    assert all(report == server.reports[0] for report in server.reports)


def test_loses_nothing_where_both_sockets_break_again_and_again() -> None:
    server = FakeServer(2000, batch=16, window=64)
    server.break_frames_at = list(range(5, 2000, 150))
    server.break_session_at = [0, 2, 3, 4, 5, 7, Submit, Submit]
    classifier = FakeClassifier()
    with server.running():
        outcome, _ = _run(server, classifier=classifier)
    _complete(server, outcome)
    assert sum(classifier.batches) == 2000


def test_outlives_a_server_that_comes_back_later() -> None:
    server = FakeServer(40)
    server.pause_at = 8
    failed: list[BaseException] = []
    outcomes: list[Outcome] = []

    def run() -> None:
        try:
            outcomes.append(_run(server)[0])
        except BaseException as error:  # pylint: disable=broad-exception-caught  # shown below
            failed.append(error)

    thread = threading.Thread(target=run)
    with server.running():
        thread.start()
        assert server.paused.wait(WAIT_S)
    server.pause_at = None
    with server.running():
        thread.join(WAIT_S)
    assert not failed
    _complete(server, outcomes[0])


def test_tells_a_server_that_forgot_what_it_sent_before_it_sends_predictions_again() -> None:
    server = FakeServer(60, batch=4, window=64)
    server.pause_at = 40
    server.break_session_at, server.stores_before = [0], False

    def forget() -> Resumed:
        server.pause_at = None
        server.forget(2)
        return Resumed(session=SESSION, state="running", sent=2, stored=0)

    server.resumed = forget
    with server.running():
        outcome, _ = _run(server)
    # The fake server refuses what it does not know to have sent.
    _complete(server, outcome)
    assert server.attached[0] == 0
    assert len(server.attached) == 2


def test_sends_the_very_same_bytes_again() -> None:
    server = FakeServer(50)
    server.break_session_at = [0]
    plain = server.ack
    seen: list[tuple[int, PredictionBatch]] = []

    def keep(number: int, batch: PredictionBatch) -> Any:
        seen.append((number, batch))
        return plain(number, batch)

    server.ack = keep
    with server.running():
        _run(server)
    (first, before), (again, after) = seen[0], seen[1]
    assert first == again == 0
    assert before.probabilities.tobytes() == after.probabilities.tobytes()
    assert before.latencies_ms.tobytes() == after.latencies_ms.tobytes()
    assert before.sequences.tobytes() == after.sequences.tobytes()


def test_keeps_dropped_frames_in_the_ledger_over_a_break() -> None:
    gate = threading.Event()
    server = FakeServer(80, batch=4, window=64)
    server.break_frames_at = [40]

    def wait(_images: Images) -> None:
        assert gate.wait(WAIT_S)

    def open_gate(counts: RunCounts) -> None:
        if counts.received == 80:
            gate.set()

    with server.running():
        outcome, _ = _run(
            server,
            classifier=FakeClassifier(before=wait),
            on_progress=open_gate,
            overload="drop-oldest",
            queue_frames=8,
        )
    ledger = outcome.ledger
    assert ledger.received == 80
    assert ledger.lost_count("dropped") == 80 - ledger.analysed > 40
    assert not ledger.differences()
    assert len(server.attached) == 2


@pytest.mark.parametrize(
    ("limits", "fault", "reason"),
    [
        pytest.param({"ack_s": 0.2}, "ack", "no acknowledgement within 0.2 s", id="ack"),
        pytest.param({"accepted_s": 0.2}, "accept", "not accepted within 0.2 s", id="accepted"),
        pytest.param({"stall_s": 0.2}, "stall", "no frame came for 0.2 s", id="stall"),
        pytest.param({"reply_s": 0.5}, "ready", "no ready within 0.5 s", id="ready"),
    ],
)
def test_tries_another_connection_where_one_is_silent(
    limits: dict[str, float], fault: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    server = FakeServer(20, batch=4)
    silences = itertools.count()
    if fault in ("ack", "accept"):
        plain = getattr(server, fault)
        setattr(server, fault, lambda *given: plain(*given) if next(silences) else None)
    if fault == "ready":
        server.quiet_before_ready = True
    if fault == "stall":
        server.pause_at = 8

    def go_on(_counts: RunCounts) -> None:
        if len(server.attached) > 1:
            server.pause_at = None

    all_limits = {"connect_s": 2, "reconnect_s": WAIT_S, "retry_s": 0.02} | limits
    with server.running():
        outcome, _ = _run(server, limits=Limits(**all_limits), on_progress=go_on)
    _complete(server, outcome)
    assert reason in caplog.text


def test_gives_up_once_its_time_is_over_and_says_how_to_go_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = FakeServer(40)
    server.break_session_at = [0]
    server.resumed = lambda: Error(code="storage-unavailable", detail="locked", close_code=4503)
    limits = Limits(connect_s=2, reply_s=WAIT_S, reconnect_s=0.5, retry_s=0.02)
    with server.running():
        with pytest.raises(SessionInterrupted, match="session socket: .*4503, for now: locked"):
            _run(server, limits=limits)
    tries = [one for one in caplog.records if "connecting again in" in one.message]
    assert len(tries) >= 3
    assert all(one.levelno == logging.WARNING for one in tries)
    assert "secret" not in caplog.text


def test_tries_again_where_the_server_has_too_many_connections() -> None:
    server = FakeServer(40)
    server.break_session_at = [0]
    plain = server.resumed
    errors = [Error(code="too-many", detail="of you", close_code=4429)]
    server.resumed = lambda: errors.pop() if errors else plain()
    with server.running():
        outcome, _ = _run(server)
    _complete(server, outcome)


@pytest.mark.parametrize("code", [4403, 4404, 4409, 4410])
def test_takes_a_refusal_for_final(code: int) -> None:
    server = FakeServer(40)
    server.break_session_at = [0]
    server.resumed = lambda: Error(code="no", detail="not yours", close_code=code)
    with server.running():
        with pytest.raises(ServerRefused, match="not yours"):
            _run(server)
    assert len(server.received_of(Resume)) == 1


@pytest.mark.parametrize(
    ("what", "kind", "reason"),
    [
        pytest.param(0, SessionFailed, "the session is over: failed", id="running"),
        pytest.param(Ready, StoppedBeforeStart, "over before its first frame: failed", id="opened"),
    ],
)
def test_fails_where_the_session_is_over_meanwhile(
    what: Any, kind: type[Exception], reason: str
) -> None:
    server = FakeServer(40)
    server.break_session_at, server.stores_before = [what], False
    server.resumed = lambda: Resumed(session=SESSION, state="failed", sent=0, stored=0)
    with server.running():
        with pytest.raises(kind, match=reason):
            _run(server)


def test_submits_again_to_a_session_that_its_report_ended() -> None:
    server = FakeServer(12)
    server.break_session_at = [Submit]
    plain = server.resumed

    def resumed() -> Any:
        if not server.reports:
            return plain()
        return Resumed(session=SESSION, state="completed", sent=12, stored=12)

    server.resumed = resumed
    with server.running():
        outcome, accepted = _run(server)
    assert accepted.verified
    assert len(server.reports) == 2
    _complete(server, outcome)


def test_a_stop_while_it_is_disconnected_makes_it_try_at_once() -> None:
    stop = threading.Event()
    server = FakeServer(100)
    server.pause_at = 8
    server.break_session_at = [Progress]
    # A pause that would outlast the test.
    limits = Limits(connect_s=2, reply_s=WAIT_S, reconnect_s=1000, retry_s=1000)

    def act(_counts: RunCounts) -> None:
        if server.received_of(Progress):
            stop.set()

    with server.running():
        outcome, accepted = _run(server, limits=limits, stop=stop, on_progress=act)
    assert accepted.verified
    assert outcome.ledger.sent == outcome.ledger.stored == 8


def test_ends_at_once_where_it_is_interrupted_while_disconnected() -> None:
    server = FakeServer(100)
    server.pause_at = 8
    server.break_session_at = [Progress]

    def act(_counts: RunCounts) -> None:
        if server.received_of(Progress):
            raise KeyboardInterrupt

    with server.running():
        with pytest.raises(KeyboardInterrupt):
            _run(server, on_progress=act)
    assert not server.received_of(Resume)


def test_fails_of_its_own_trouble_while_it_is_disconnected() -> None:
    broken = threading.Event()
    server = FakeServer(100)
    server.break_session_at = [0]

    def refuse_for_now() -> Error:
        broken.set()
        return Error(code="storage-unavailable", detail="wait", close_code=4503)

    server.resumed = refuse_for_now

    def fail(_images: Images) -> None:
        if broken.is_set():
            raise RuntimeError("out of memory")

    server.pause_at = 60

    def go_on(_counts: RunCounts) -> None:
        if broken.is_set():
            server.resume.set()

    with server.running():
        with pytest.raises(SessionFailed, match="analyzer failed: RuntimeError: out of memory"):
            _run(server, classifier=FakeClassifier(before=fail), on_progress=go_on)
