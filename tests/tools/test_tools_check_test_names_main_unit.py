"""tools.check_test_names.main."""

import logging
from pathlib import Path

import pytest

from tools import check_test_names


@pytest.mark.parametrize(
    ("test", "promise", "expected"),
    [
        pytest.param("test_tools_one_two_unit.py", "", (0, "every test is named"), id="right"),
        pytest.param("test_other_unit.py", "", (1, "no module defines other"), id="wrong"),
        pytest.param(
            "test_tools_one_two_unit.py", "`gone_unit`", (1, "no test_gone_unit.py"), id="missing"
        ),
    ],
)
def test_logs_and_ends_with_1_where_something_is_wrong(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    test: str,
    promise: str,
    expected: tuple[int, str],
) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "one.py").write_text("def two(): ...", "utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "docs" / "reference").mkdir(parents=True)
    (tmp_path / "docs" / "reference" / "guarantees.md").write_text(promise, "utf-8")
    (tmp_path / "tests" / test).touch()
    monkeypatch.setattr(check_test_names, "__file__", str(tmp_path / "tools" / "check.py"))
    with caplog.at_level(logging.INFO):
        assert check_test_names.main() == expected[0]
    assert expected[1] in caplog.text
