"""fashionsite.processes.ManagedProcess."""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from fashionsite import processes
from fashionsite.processes import ManagedProcess

Script = Callable[[str], None]


@pytest.fixture(name="script")
def make_script(tmp_path: Path, settings: Settings) -> Script:
    """Put this Python code in the place of manage.py; it can say `ready()`."""
    settings.BASE_DIR = tmp_path

    def write(code: str) -> None:
        text = f"""import pathlib, signal, sys, time
def ready(): pathlib.Path({str(tmp_path / "ready")!r}).touch()
{code}
"""
        (tmp_path / "manage.py").write_text(text, "utf-8")

    return write


def test_runs_a_command_with_its_options(script: Script) -> None:
    script("sys.exit(7 if sys.argv[1:] == ['runstream', '--fps=5'] else 1)")
    with ManagedProcess("runstream", "--fps=5") as process:
        assert process.name == "runstream"
        assert process.wait() == 7
        assert process.exit_code == 7


def test_ends_it_with_the_block(script: Script, tmp_path: Path) -> None:
    script("ready(); time.sleep(60)")
    with ManagedProcess("sleep") as process:
        assert process.wait_until((tmp_path / "ready").exists, timeout_s=20)
        assert process.exit_code is None
    assert process.exit_code == -signal.SIGTERM


def test_kills_what_does_not_end(
    script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "END_WITHIN_S", 0.2)
    script("signal.signal(signal.SIGTERM, signal.SIG_IGN); ready(); time.sleep(60)")
    with ManagedProcess("stubborn") as process:
        assert process.wait_until((tmp_path / "ready").exists, timeout_s=20)
        assert process.end() == -signal.SIGKILL


def test_stops_waiting_when_it_ends_or_time_runs_out(script: Script) -> None:
    script("time.sleep(0.2)")
    with ManagedProcess("short") as process:
        assert not process.wait_until(lambda: False, timeout_s=0)
        assert not process.wait_until(lambda: False, timeout_s=60)
        assert process.exit_code == 0


def test_says_that_it_was_not_started() -> None:
    with pytest.raises(RuntimeError, match="runstream was not started"):
        ManagedProcess("runstream").end()
