"""tools.build_asyncapi.main."""

from pathlib import Path

import pytest

from tools import build_asyncapi


def test_writes_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_asyncapi, "PATH", tmp_path / "asyncapi.yaml")
    assert build_asyncapi.main() == 0
    assert (tmp_path / "asyncapi.yaml").read_text("utf-8") == build_asyncapi.asyncapi_yaml()
