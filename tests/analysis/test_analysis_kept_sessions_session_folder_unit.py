"""The folder of kept sessions."""

import json
import logging
import os
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from analysis.errors import CannotResume, SessionInterrupted
from analysis.kept_sessions import SessionFolder
from tests.analysis.kept import a_kept_session
from tests.analysis.live_fakes import SESSION, WAIT_S

_MODE = 0o777


@pytest.fixture(name="folder")
def fixture_folder(tmp_path: Path) -> SessionFolder:
    """A folder that nobody has made."""
    return SessionFolder(tmp_path / "var" / "sessions")


def _left(folder: SessionFolder, **changes: Any) -> Path:
    """A session that another process left."""
    kept = a_kept_session(**changes)
    with folder.keep(kept):
        pass
    return folder.folder / f"{kept.opened.session}.json"


def test_keeps_a_session_for_its_owner_alone(folder: SessionFolder) -> None:
    previous = os.umask(0)
    try:
        path = _left(folder)
    finally:
        os.umask(previous)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.folder.stat().st_mode) == 0o700
    assert [one.name for one in folder.folder.iterdir()] == [path.name]


def test_closes_a_folder_that_was_open_to_others(folder: SessionFolder) -> None:
    folder.folder.mkdir(parents=True)
    folder.folder.chmod(_MODE)
    _left(folder)
    assert stat.S_IMODE(folder.folder.stat().st_mode) == 0o700


def test_gives_back_what_it_was_given(folder: SessionFolder) -> None:
    kept = a_kept_session(secret="hush")
    with folder.keep(kept):
        pass
    with folder.take(SESSION) as file:
        assert file.kept == kept
        assert file.kept.opened.secret == "hush"


def test_gives_a_session_to_one_at_a_time(folder: SessionFolder) -> None:
    _left(folder)
    with folder.take(SESSION):
        with pytest.raises(CannotResume, match="is run by another process here"):
            folder.take(SESSION)
        assert not folder.resumable()
    with folder.take(SESSION):
        pass


def test_nobody_takes_a_session_that_runs(folder: SessionFolder) -> None:
    with folder.keep(a_kept_session()):
        with pytest.raises(CannotResume, match="is run by another process here"):
            folder.take(SESSION)


def test_the_lock_ends_with_the_process_however_it_ends(folder: SessionFolder) -> None:
    path = _left(folder)
    hold = (
        "import fcntl, logging, sys\n"
        f"file = open({str(path)!r}, 'r+b')\n"
        "fcntl.flock(file, fcntl.LOCK_EX)\n"
        "logging.warning('held')\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == b"WARNING:root:held\n"
        with pytest.raises(CannotResume, match="another process"):
            folder.take(SESSION)
        process.kill()
        process.wait(WAIT_S)
    with folder.take(SESSION) as file:
        assert file.kept.opened.session == SESSION


def test_says_what_there_is_where_a_session_is_not_kept(folder: SessionFolder) -> None:
    _left(folder)
    with pytest.raises(CannotResume, match=f"(?s)is not kept here.*{SESSION}, tiny, 10 frames"):
        folder.take(uuid4())


def test_says_that_there_is_nothing(folder: SessionFolder) -> None:
    with pytest.raises(CannotResume, match="is not kept here$"):
        folder.take(uuid4())
    with pytest.raises(CannotResume, match="there are none$"):
        folder.take_only()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(lambda kept: "", "Input data was truncated", id="empty"),
        pytest.param(lambda kept: "{", "Input data was truncated", id="truncated"),
        pytest.param(lambda kept: "[]", "Expected `object`", id="no object"),
        pytest.param(lambda kept: kept | {"format": 2}, "Invalid enum value 2", id="format"),
        pytest.param(lambda kept: kept | {"server": "x"}, "expected ws://host:port", id="server"),
        pytest.param(
            lambda kept: kept | {"frames_server": "x"}, "expected ws://host:port", id="frames"
        ),
        pytest.param(lambda kept: kept | {"batch_limit": 0}, "batch_limit", id="batch limit"),
        pytest.param(
            lambda kept: {**kept, "opened": kept["opened"] | {"session": str(UUID(int=1))}},
            f"holds session {UUID(int=1)}",
            id="another session",
        ),
        pytest.param(
            lambda kept: {name: kept[name] for name in kept if name != "opened"},
            "missing required field `opened`",
            id="incomplete",
        ),
    ],
)
def test_refuses_a_file_that_is_not_as_it_must_be(
    folder: SessionFolder, change: Any, reason: str
) -> None:
    path = _left(folder, secret="hush")
    changed = change(json.loads(path.read_text(encoding="utf-8")))
    path.write_text(changed if isinstance(changed, str) else json.dumps(changed), encoding="utf-8")
    with pytest.raises(CannotResume, match=reason) as caught:
        folder.take(SESSION)
    assert "hush" not in str(caught.value)
    assert not folder.resumable()


def test_follows_no_link(folder: SessionFolder, tmp_path: Path) -> None:
    path = _left(folder)
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CannotResume, match="cannot be read"):
        folder.take(SESSION)


def test_lists_the_oldest_first_and_leaves_other_files_alone(folder: SessionFolder) -> None:
    now = datetime.now(UTC)
    older, newer = uuid4(), uuid4()
    _left(folder, session=newer, started_at=now)
    _left(folder, session=older, started_at=now - timedelta(hours=1))
    (folder.folder / "notes.json").write_text("{}", encoding="utf-8")
    assert [kept.opened.session for kept in folder.resumable()] == [older, newer]
    with pytest.raises(CannotResume, match=f"(?s)there are 2\n  {older}, .*\n  {newer}, "):
        folder.take_only()


def test_takes_the_only_one(folder: SessionFolder) -> None:
    _left(folder)
    with folder.take_only() as file:
        assert file.kept.opened.session == SESSION


def test_forgets_what_no_server_waits_for_any_more(folder: SessionFolder) -> None:
    old = _left(folder, session=uuid4())
    recent = _left(folder, session=uuid4())
    a_week_ago = time.time() - 8 * 24 * 3600
    os.utime(old, (a_week_ago, a_week_ago))
    _left(folder)
    assert not old.exists()
    assert recent.exists()


def test_keeps_a_session_while_it_runs_and_no_longer(folder: SessionFolder) -> None:
    with folder.while_running(a_kept_session()):
        assert len(list(folder.folder.iterdir())) == 1
    assert not list(folder.folder.iterdir())


def test_keeps_a_session_longer_that_was_interrupted(folder: SessionFolder) -> None:
    with pytest.raises(SessionInterrupted), folder.while_running(a_kept_session()):
        raise SessionInterrupted("broken")
    assert [kept.opened.session for kept in folder.resumable()] == [SESSION]


def test_runs_a_session_that_cannot_be_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    ran = False
    with SessionFolder(tmp_path / "file" / "sessions").while_running(a_kept_session(secret="hush")):
        ran = True
    assert ran
    assert [one.levelno for one in caplog.records] == [logging.WARNING]
    assert "could not be resumed" in caplog.text
    assert "hush" not in caplog.text
