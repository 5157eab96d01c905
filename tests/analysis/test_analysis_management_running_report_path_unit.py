"""analysis.management.running.report_path: found out before the run."""

from pathlib import Path

import pytest
from django.core.management import CommandError

from analysis.management.running import report_path


def test_is_nowhere_unless_asked_for() -> None:
    assert report_path({"json": None}) is None


def test_is_where_it_can_be_written_and_leaves_nothing_there(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    assert report_path({"json": path}) == path
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("path", [Path("/"), Path("/nowhere/report.json")])
def test_refuses_where_it_cannot(path: Path) -> None:
    with pytest.raises(CommandError, match="--json: expected a file that can be written"):
        report_path({"json": path})
