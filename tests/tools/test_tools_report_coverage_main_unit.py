"""tools.report_coverage.main."""

import logging
from pathlib import Path

import pytest

from tests.tools.measured_project import make_project
from tools import report_coverage


@pytest.mark.parametrize(
    ("least", "code"),
    [pytest.param(100.0, 0, id="enough"), pytest.param(100.1, 1, id="too little")],
)
def test_writes_the_reports_and_ends_with_1_below_the_limit(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    least: float,
    code: int,
) -> None:
    monkeypatch.setattr(report_coverage, "ROOT", make_project(tmp_path))
    monkeypatch.setattr(report_coverage, "LEAST_PERCENT", least)
    monkeypatch.chdir(tmp_path)
    with caplog.at_level(logging.INFO):
        assert report_coverage.main() == code
    assert "coverage of all tests, lines and branches: 100.0 %" in caplog.text
    assert ("the least is" in caplog.text) == bool(code)
    for name in ("coverage-unit.txt", "coverage-integration.txt", "coverage-all.txt"):
        assert "part" in (tmp_path / name).read_text("utf-8")
    assert (tmp_path / "coverage.xml").exists()
