"""tools.report_coverage.combined."""

import io
from pathlib import Path

import pytest

from tests.tools.measured_project import make_project
from tools import report_coverage


def test_puts_the_runs_of_every_process_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_coverage, "ROOT", make_project(tmp_path))
    monkeypatch.chdir(tmp_path)

    def percent(*kinds: str) -> float:
        return report_coverage.combined(list(kinds)).report(file=io.StringIO())

    assert percent("unit") < 100
    assert percent("integration") < 100
    assert percent("unit", "integration") == 100
    # The data stay for the next report.
    assert percent("unit") < 100
