"""A package is a folder with a card."""

from pathlib import Path

from analysis.classifiers.packages import available
from tests.analysis.tiny_models import tiny_package


def test_lists_packages_by_name(tmp_path: Path) -> None:
    for name in ("zebra", "ant"):
        tiny_package(tmp_path, name)
    assert available(tmp_path) == ["ant", "zebra"]


def test_leaves_out_what_is_no_package(tmp_path: Path) -> None:
    tiny_package(tmp_path, "tiny")
    tiny_package(tmp_path, "hidden").rename(tmp_path / ".hidden")
    (tmp_path / "without-card").mkdir()
    (tmp_path / "file").write_bytes(b"")
    assert available(tmp_path) == ["tiny"]


def test_lists_nothing_where_there_is_no_folder(tmp_path: Path) -> None:
    assert not available(tmp_path / "models")
