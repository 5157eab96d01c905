"""``manage.py reanalyze``, against a real server process."""

import logging
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from analysis.kept_sessions import SessionFolder
from streaming.messages import Open
from tests.analysis.fake_server import FakeServer
from tests.analysis.live_fakes import SESSION
from tests.analysis.tiny_models import tiny_package
from tests.servers import RunningServer
from tests.streaming.peers import rest, rest_session


@pytest.fixture(name="models_dir", autouse=True)
def fixture_models_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two packages, ``tiny`` and ``other``."""
    folder = tmp_path / "models"
    tiny_package(folder)
    tiny_package(folder, "other", temperature=3.0)
    monkeypatch.setattr(settings, "MODELS_DIR", folder)
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path / "var")
    return folder


def _run(server: RunningServer, *arguments: str) -> dict[str, Any]:
    """Run a command; the newest session as REST gives it."""
    call_command(*arguments, f"--server={server.ws_url}")
    _, page = rest(server, "/api/sessions/")
    return rest_session(server, page["results"][0]["uuid"])


def _predictions(server: RunningServer, session: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    path = f"/api/sessions/{session['uuid']}/predictions/"
    after = ""
    while True:
        _, page = rest(server, f"{path}{after}")
        found += page["results"]
        if not page["next"]:
            return found
        after = "?" + page["next"].partition("?")[2]


def test_what_two_classifiers_say_can_be_compared_frame_by_frame(
    stream_server: RunningServer,
) -> None:
    first = _run(
        stream_server, "analyze", "--classifier=tiny", "--count=40", "--offset=7", "--fps=0"
    )
    again = _run(stream_server, "reanalyze", first["uuid"], "--classifier=other")
    assert (again["repeats"], again["state"], again["fps"]) == (first["uuid"], "completed", 0)
    assert (again["offset"], again["ledger"]["stored"]) == (7, 40)
    said, then = (_predictions(stream_server, each) for each in (again, first))
    assert [one["sequence"] for one in said] == [one["sequence"] for one in then] == list(range(40))
    assert [one["label"] for one in said] == [one["label"] for one in then]
    assert [one["class_id"] for one in said] == [one["class_id"] for one in then]
    # The same network at another temperature is less sure of everything.
    assert all(a["confidence"] < b["confidence"] for a, b in zip(said, then, strict=True))


def test_a_whole_dataset_is_named_by_its_file_or_by_its_name(
    stream_server: RunningServer,
) -> None:
    for name in (str(stream_server.dataset), "noise"):
        session = _run(stream_server, "reanalyze", name, "--classifier=tiny")
        assert (session["repeats"], session["ledger"]["stored"]) == (None, 300)


@pytest.mark.parametrize(
    ("again", "reason"),
    [
        pytest.param(str(UUID(int=7)), "no session 00000000", id="no such session"),
        pytest.param("nowhere", "one that was served here, got 'nowhere'", id="no such dataset"),
    ],
)
def test_says_what_there_is_not(stream_server: RunningServer, again: str, reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        _run(stream_server, "reanalyze", again, "--classifier=tiny")


def test_is_resumed_as_any_session(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    server = FakeServer(30)
    server.break_session_at = [0]
    with server.running():
        options = ("--classifier=tiny", f"--server={server.address}", "--reconnect-for=0")
        with pytest.raises(CommandError, match=f"to go on with it: analyze --resume {SESSION}"):
            call_command("reanalyze", str(SESSION), *options)
        assert SessionFolder(settings.VAR_DIR / "sessions").resumable()
        call_command("analyze", "--resume")
    (asked,) = server.received_of(Open)
    assert (asked.repeats, asked.fps, asked.count, asked.offset) == (SESSION, 0, None, 0)
    assert server.reports[0]["ledger"]["stored"] == 30
