"""A session whose client died, taken up by another, against a server that speaks the protocol."""

import threading
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from analysis.errors import (
    CannotResume,
    ServerRefused,
    SessionOver,
    SessionInterrupted,
)
from analysis.options import AnalysisOptions
from analysis.pipeline import SessionResult, resume_session
from results.report import validate_report
from results.samples import choose_samples
from streaming.errors import OutOfOrder
from streaming.messages import Error, Ready, Recall, Resume, Resumed, Submit
from tests.analysis.fake_server import FakeServer
from tests.analysis.kept import a_kept_session
from tests.analysis.live_fakes import (
    CLIENT,
    LIMITS,
    SESSION,
    FakeClassifier,
    message,
    result_chunk,
)


def _resume(
    server: FakeServer, *, classifier: FakeClassifier | None = None, **kept: Any
) -> SessionResult:
    """Take the session up; no thread may be left behind."""
    fields = {"frames_port": server.address.port, "window": 16} | kept
    try:
        return resume_session(
            a_kept_session(server.count, address=server.address, **fields),
            classifier or FakeClassifier(),
            stop=threading.Event(),
            limits=LIMITS,
            client=CLIENT,
        )
    finally:
        names = {thread.name for thread in threading.enumerate()}
        assert not names & {"receiver", "analyzer", "uplink"}


def _complete(server: FakeServer, result: SessionResult) -> None:
    """Every frame is stored, and the report is of them all with the samples that it should have."""
    assert sorted(server.stored) == list(range(server.count))
    ledger = result.ledger
    assert (ledger.received, ledger.analysed, ledger.stored) == (server.count,) * 3
    assert not ledger.differences()
    validate_report(result.document)
    everything = result_chunk(0, server.count)
    expected = choose_samples(
        everything.sequences,
        everything.probabilities.argmax(axis=1),
        everything.probabilities.max(axis=1),
        seed=0,
    )
    assert [one["sequence"] for one in result.document["samples"]] == expected
    assert result.document["started_at"] == "2026-01-02T03:04:05+00:00"


@pytest.mark.parametrize(
    ("stored", "sent", "attached"),
    [
        pytest.param((), 0, 0, id="nothing stored"),
        pytest.param(range(60), 64, 60, id="a beginning stored"),
        pytest.param(range(200), 200, 200, id="everything stored"),
        pytest.param({*range(5), *range(9, 120), 130}, 140, 5, id="gaps stored"),
        pytest.param(range(3, 150), 150, 0, id="all but a beginning stored"),
        pytest.param(range(0, 200, 2), 200, 1, id="every other stored"),
    ],
)
def test_analyses_only_what_is_not_stored(stored: Iterable[int], sent: int, attached: int) -> None:
    server, classifier = FakeServer(200, batch=7, window=16), FakeClassifier()
    server.was_left(stored, sent=sent)
    with server.running():
        result = _resume(server, classifier=classifier)
    _complete(server, result)
    assert sum(classifier.batches) == 200 - len(set(stored))
    assert server.attached[0] == attached
    assert not server.received_of(Ready)
    recalls = [one.first for one in server.received_of(Recall)]
    assert recalls == sorted(recalls)


def test_starts_a_session_that_its_client_only_opened() -> None:
    server = FakeServer(20, window=16)
    server.was_left((), sent=0, state="opened")
    with server.running():
        result = _resume(server)
    assert len(server.received_of(Ready)) == 1
    assert result.ledger.stored == 20


def test_reports_a_session_whose_last_frame_was_sent() -> None:
    server = FakeServer(30, window=16)
    server.was_left(range(30), sent=30, state="finishing")
    with server.running():
        result = _resume(server)
    _complete(server, result)
    assert len(server.attached) == 11  # ten of them for a picture


@pytest.mark.parametrize("what", [Resume, Recall, Submit])
def test_outlives_a_connection_that_breaks(what: type[Any]) -> None:
    server = FakeServer(60, batch=7, window=16)
    server.was_left(range(40), sent=42)
    server.break_session_at, server.stores_before = [what], False
    server.break_frames_at = [45]
    with server.running():
        result = _resume(server)
    _complete(server, result)


def test_drops_the_oldest_where_the_session_was_begun_so() -> None:
    server = FakeServer(60, batch=7, window=16)
    server.was_left(range(20), sent=22)
    with server.running():
        options = AnalysisOptions(overload="drop-oldest", queue_frames=4, client=CLIENT)
        result = _resume(server, options=options)
    assert result.document["settings"]["overload"] == "drop-oldest"
    assert not result.ledger.differences()
    assert set(server.stored) >= set(range(20))


@pytest.mark.parametrize("state", ["completed", "stopped", "failed"])
def test_says_that_a_session_is_over(state: str) -> None:
    server = FakeServer(20)
    server.resumed = lambda: Resumed(session=SESSION, state=state, sent=20, stored=20)
    with server.running():
        with pytest.raises(SessionOver, match=f"session {SESSION} is over: {state}") as caught:
            _resume(server)
    assert (caught.value.session, caught.value.state) == (SESSION, state)
    assert not server.attached


def test_refuses_another_classifier_before_it_connects() -> None:
    server = FakeServer(20)
    with server.running():
        with pytest.raises(CannotResume, match="was opened with weights bbbb"):
            _resume(server, classifier_sha256="b" * 64)
    assert not server.connections


def test_passes_a_refusal_on() -> None:
    server = FakeServer(20)
    server.resumed = lambda: Error(code="wrong-secret", detail="no", close_code=4403)
    with server.running():
        with pytest.raises(ServerRefused, match="wrong-secret"):
            _resume(server)


def test_refuses_predictions_that_are_not_of_its_classifier() -> None:
    server = FakeServer(20)
    server.was_left(range(3), sent=5)
    server.rows = {
        one: (row[0], np.full(2, 0.5, dtype=np.float32)) for one, row in server.rows.items()
    }
    with server.running():
        with pytest.raises(OutOfOrder, match="has 3 classes"):
            _resume(server)
    assert any(code == 4410 for code, _ in server.closed_with)


def test_refuses_a_picture_that_is_not_the_one_it_asked_for() -> None:
    server = FakeServer(20, window=16)
    server.was_left(range(20), sent=20)
    server.change = lambda first, data: message((first + 1) % 20)
    with server.running():
        with pytest.raises(OutOfOrder, match=r"expected frame \d+, the server sent \d+"):
            _resume(server)


def test_ends_where_it_is_stopped_before_it_is_connected() -> None:
    stop = threading.Event()
    stop.set()
    kept = a_kept_session(address=FakeServer().address)
    with pytest.raises(SessionInterrupted, match=f"before it was .*analyze --resume {SESSION}"):
        resume_session(kept, FakeClassifier(), stop=stop, limits=LIMITS, client=CLIENT)
