"""The package by which all was chosen is found within the one that is shipped."""

from pathlib import Path

from analysis.classifiers.packages import available, kept_back
from tests.analysis.tiny_models import tiny_package


def test_finds_it_where_it_is_and_offers_it_to_nobody(tmp_path: Path) -> None:
    folder = tiny_package(tmp_path, "shipped")
    assert kept_back(folder) is None
    (folder / "kept-back").mkdir()
    assert kept_back(folder) is None
    inner = tiny_package(folder, "kept-back")
    assert kept_back(folder) == inner
    assert available(tmp_path) == ["shipped"]
