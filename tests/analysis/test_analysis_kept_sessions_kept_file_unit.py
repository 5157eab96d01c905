"""How long the file of a session stays."""

from pathlib import Path

import pytest

from analysis.errors import (
    AccessDenied,
    ServerRefused,
    SessionFailed,
    SessionInterrupted,
    StoppedBeforeStart,
)
from analysis.kept_sessions import SessionFolder
from streaming.errors import OutOfOrder
from tests.analysis.kept import a_kept_session
from tests.analysis.live_fakes import SESSION


def test_goes_with_the_end_of_the_session(tmp_path: Path) -> None:
    folder = SessionFolder(tmp_path)
    with folder.keep(a_kept_session()) as file, file.running():
        assert (tmp_path / f"{SESSION}.json").exists()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("error", "stays"),
    [
        pytest.param(SessionInterrupted("broken"), True, id="interrupted"),
        pytest.param(KeyboardInterrupt(), True, id="ended at once"),
        pytest.param(SystemExit(1), True, id="exit"),
        pytest.param(AccessDenied(401, "no token"), True, id="not let in"),
        pytest.param(ServerRefused(4409, "taken"), False, id="refused"),
        pytest.param(StoppedBeforeStart("browser"), False, id="stopped"),
        pytest.param(SessionFailed("the analyzer failed"), False, id="failed"),
        pytest.param(OutOfOrder("no"), False, id="broken protocol"),
        pytest.param(RuntimeError("a bug"), False, id="bug"),
    ],
)
def test_stays_where_the_session_can_go_on(
    tmp_path: Path, error: BaseException, stays: bool
) -> None:
    folder = SessionFolder(tmp_path)
    with pytest.raises(type(error)):
        with folder.keep(a_kept_session()) as file, file.running():
            raise error
    assert bool(folder.resumable()) is stays
    assert bool(list(tmp_path.iterdir())) is stays


def test_stays_where_it_is_only_looked_at(tmp_path: Path) -> None:
    folder = SessionFolder(tmp_path)
    with folder.keep(a_kept_session()):
        pass
    with pytest.raises(RuntimeError), folder.take(SESSION):
        raise RuntimeError("before it ran")
    assert folder.resumable()


def test_cannot_be_taken_once_it_is_over(tmp_path: Path) -> None:
    folder = SessionFolder(tmp_path)
    with folder.keep(a_kept_session()) as file, file.running():
        (tmp_path / f"{SESSION}.json").unlink()
    assert not folder.resumable()
