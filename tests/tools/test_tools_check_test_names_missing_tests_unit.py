"""tools.check_test_names.missing_tests."""

from pathlib import Path

from tools.check_test_names import missing_tests


def test_names_each_promise_whose_test_is_not_there(tmp_path: Path) -> None:
    promises = tmp_path / "docs" / "reference" / "guarantees.md"
    promises.parent.mkdir(parents=True)
    promises.write_text(
        "| kept | `streaming_frames_decode_frames_unit`, `gone_unit`, `gone_integration` |\n"
        "| kept too | `gone_unit`; `not_a_test` is none |\n",
        "utf-8",
    )
    (tmp_path / "tests" / "streaming").mkdir(parents=True)
    (tmp_path / "tests" / "streaming" / "test_streaming_frames_decode_frames_unit.py").touch()
    assert missing_tests(tmp_path) == [
        f"{promises}: there is no test_gone_unit.py",
        f"{promises}: there is no test_gone_integration.py",
    ]
