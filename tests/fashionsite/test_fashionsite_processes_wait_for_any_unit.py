"""fashionsite.processes.wait_for_any."""

from pathlib import Path

from pytest_django import Settings

from fashionsite.processes import ManagedProcess, wait_for_any


def test_gives_the_one_that_ends(tmp_path: Path, settings: Settings) -> None:
    settings.BASE_DIR = tmp_path
    code = "import sys, time\ntime.sleep(0.3 if sys.argv[1] == 'short' else 60)\n"
    (tmp_path / "manage.py").write_text(code, "utf-8")
    with ManagedProcess("long") as long, ManagedProcess("short") as short:
        assert wait_for_any([long, short]) is short
        assert long.exit_code is None
