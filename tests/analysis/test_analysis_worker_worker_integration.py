"""A worker, against a server that asks it for sessions."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis.addresses import ServerAddress
from analysis.classifiers.packages import WEIGHTS_FILE, load
from analysis.connection import Limits
from analysis.errors import ServerRefused
from analysis.kept_sessions import SessionFolder
from analysis.options import AnalysisOptions
from analysis.worker import Worker
from streaming.messages import Error, Follow, Resume, Resumed, Stop
from tests.analysis.fake_server import FakeServer
from tests.analysis.kept import a_kept_session
from tests.analysis.live_fakes import CLIENT, SESSION, WAIT_S
from tests.analysis.tiny_models import tiny_package
from tests.sharing import free_ports


class _Following:
    """A worker in a thread, which is stopped at the end."""

    def __init__(self, address: ServerAddress, models_dir: Path) -> None:
        self.stop = threading.Event()
        self.error: Exception | None = None
        self.folder = SessionFolder(models_dir.parent / "sessions")
        self.worker = Worker(
            address,
            models_dir=models_dir,
            folder=self.folder,
            options=AnalysisOptions(client=CLIENT),
            stop=self.stop,
            limits=Limits(connect_s=2, reply_s=WAIT_S, reconnect_s=WAIT_S, retry_s=0.02),
            preflight_s=0.01,
        )
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self.worker.run()
        except ServerRefused as error:
            self.error = error

    @staticmethod
    def wait_for(what: Callable[[], object]) -> None:
        """Until it is so, with a limit."""
        deadline = time.monotonic() + WAIT_S
        while not what():
            assert time.monotonic() < deadline
            time.sleep(0.01)


@contextlib.contextmanager
def _following(address: ServerAddress, models_dir: Path) -> Iterator[_Following]:
    following = _Following(address, models_dir)
    following.thread.start()
    try:
        yield following
    finally:
        following.stop.set()
        following.thread.join(WAIT_S)
        assert not following.thread.is_alive()


@pytest.fixture(name="models_dir")
def fixture_models_dir(tmp_path: Path) -> Path:
    """Two packages."""
    folder = tmp_path / "models"
    tiny_package(folder)
    tiny_package(folder, "other")
    return folder


def test_offers_its_classifiers_and_runs_one_session_after_the_other(models_dir: Path) -> None:
    with FakeServer(6).running() as server:
        server.sessions = [server.opened(), server.opened(classifier="other")]
        with _following(server.address, models_dir) as following:
            following.wait_for(lambda: following.worker.completed == 2)
    offered = [one.name for one in server.received_of(Follow)[0].classifiers]
    assert offered == ["other", "tiny"]
    assert len(server.reports) == 2
    assert server.connections == 1
    assert [one["run"]["preflight"]["requested_fps"] for one in server.reports] == [0, 0]


def test_outlives_a_session_that_fails(models_dir: Path, caplog: pytest.LogCaptureFixture) -> None:
    with FakeServer(6).running() as server:
        (models_dir / "other" / WEIGHTS_FILE).write_bytes(b"corrupt")
        server.sessions = [
            server.opened(classifier="other"),
            server.opened(classifier="never offered"),
            server.opened(),
        ]
        with _following(server.address, models_dir) as following:
            following.wait_for(lambda: following.worker.completed == 1)
    errors = [one.message for one in caplog.records if one.levelno == logging.ERROR]
    assert "expected SHA-256" in errors[0]
    assert "'never offered', which was not offered" in errors[1]
    assert [code for code, _ in server.closed_with][:2] == [1011, 1011]


@pytest.mark.parametrize("before", ["attach", "ready"])
def test_goes_on_after_a_session_that_is_stopped_before_its_start(
    models_dir: Path, before: str
) -> None:
    with FakeServer(6).running() as server:
        server.stop_before = before
        server.sessions = [server.opened(), server.opened()]
        with _following(server.address, models_dir) as following:
            following.wait_for(lambda: following.worker.completed == 1)
    assert server.connections == 1
    assert len(server.reports) == 1


def test_refuses_a_message_that_asks_for_nothing(
    models_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with FakeServer(6).running() as server:
        server.sessions = [
            Stop(),  # type: ignore[list-item]  # no message of a server
        ]
        with _following(server.address, models_dir) as following:
            following.wait_for(lambda: server.connections == 2)
    assert "connecting again" in caplog.text


def test_comes_back_when_the_server_does(
    models_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    address = ServerAddress("ws", "127.0.0.1", free_ports(1)[0])
    with _following(address, models_dir) as following:
        following.wait_for(lambda: caplog.text.count("connecting again") >= 2)
    assert following.worker.completed == 0


def test_stops_and_reports_the_session_that_runs(models_dir: Path) -> None:
    server = FakeServer(100)
    server.pause_at = 8
    with server.running():
        server.sessions = [server.opened()]
        with _following(server.address, models_dir) as following:
            assert server.paused.wait(WAIT_S)
            following.stop.set()
            following.wait_for(lambda: following.worker.completed == 1)
    assert server.reports[0]["ledger"]["sent"] == 8


def test_gives_up_where_its_offer_is_refused(models_dir: Path) -> None:
    server = FakeServer()
    server.open_answer = Error(code="invalid-field", detail="no names", close_code=4402)
    with server.running():
        with _following(server.address, models_dir) as following:
            following.thread.join(WAIT_S)
            assert following.error is not None
            assert "no names" in str(following.error)


def _left(models_dir: Path, server: FakeServer, **changes: Any) -> SessionFolder:
    """What another run of a worker left behind, of the package ``tiny``."""
    folder = SessionFolder(models_dir.parent / "sessions")
    weights = load("tiny", models_dir=models_dir).sha256
    fields: dict[str, Any] = {"address": server.address, "frames_port": server.address.port}
    kept = a_kept_session(server.count, **(fields | {"classifier_sha256": weights} | changes))
    with folder.keep(kept):
        pass
    return folder


def test_finishes_a_session_whose_connection_broke_and_follows_again(models_dir: Path) -> None:
    server = FakeServer(60)
    server.break_session_at, server.break_frames_at = [0], [20]
    with server.running():
        server.sessions = [server.opened(), server.opened()]
        with _following(server.address, models_dir) as following:
            following.wait_for(lambda: following.worker.completed == 2)
    assert len(server.received_of(Follow)) == 2
    assert [one["ledger"]["stored"] for one in server.reports] == [60, 60]
    assert not following.folder.resumable()


def test_resumes_what_it_left_behind_before_it_follows(models_dir: Path) -> None:
    server = FakeServer(60)
    server.was_left(range(0), sent=30)
    with server.running():
        folder = _left(models_dir, server)
        with _following(server.address, models_dir) as following:
            following.wait_for(lambda: server.received_of(Follow))
    assert following.worker.completed == 1
    assert server.reports[0]["ledger"]["stored"] == 60
    assert isinstance(server.received[0], Resume)
    assert not folder.resumable()


def test_follows_where_what_it_left_behind_is_over(
    models_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = FakeServer(60)
    server.resumed = lambda: Resumed(session=SESSION, state="failed", sent=0, stored=0)
    with server.running():
        folder = _left(models_dir, server)
        with _following(server.address, models_dir) as following:
            following.wait_for(lambda: server.received_of(Follow))
    assert f"session {SESSION} is over: failed" in caplog.text
    assert not folder.resumable()


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"address": ServerAddress("ws", "127.0.0.1", 1)}, id="another server"),
        pytest.param({"classifier": "never offered"}, id="another classifier"),
        pytest.param({"classifier_sha256": "b" * 64}, id="other weights"),
    ],
)
def test_leaves_sessions_alone_that_are_not_its_own(
    models_dir: Path, changes: dict[str, Any]
) -> None:
    server = FakeServer(60)
    with server.running():
        folder = _left(models_dir, server, **changes)
        with _following(server.address, models_dir) as following:
            following.wait_for(lambda: server.received_of(Follow))
    assert not server.received_of(Resume)
    assert folder.resumable()


def test_keeps_a_session_that_it_could_not_take_up_again(
    models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.session_run._STOPPING_S", 0.1)
    server = FakeServer(60)
    server.break_session_at = [0]
    server.resumed = lambda: Error(code="storage-unavailable", detail="full", close_code=4503)
    with server.running():
        server.sessions = [server.opened()]
        with _following(server.address, models_dir) as following:
            following.wait_for(lambda: server.received_of(Resume))
            following.stop.set()
            following.thread.join(WAIT_S)
    assert [kept.opened.session for kept in following.folder.resumable()] == [SESSION]
