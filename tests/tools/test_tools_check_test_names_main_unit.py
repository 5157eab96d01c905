"""tools.check_test_names.main."""

import logging
from pathlib import Path

import pytest

from tools import check_test_names


@pytest.mark.parametrize(
    ("test", "code", "line"),
    [
        pytest.param("test_tools_one_two_unit.py", 0, "every test is named", id="right"),
        pytest.param("test_other_unit.py", 1, "no module defines other", id="wrong"),
    ],
)
def test_logs_and_ends_with_1_where_a_name_is_wrong(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    test: str,
    code: int,
    line: str,
) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "one.py").write_text("def two(): ...", "utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / test).touch()
    monkeypatch.setattr(check_test_names, "__file__", str(tmp_path / "tools" / "check.py"))
    with caplog.at_level(logging.INFO):
        assert check_test_names.main() == code
    assert line in caplog.text
