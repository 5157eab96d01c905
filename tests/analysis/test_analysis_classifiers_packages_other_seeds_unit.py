"""Other seeds of a package lie within it."""

from pathlib import Path

from analysis.classifiers.packages import available, other_seeds
from tests.analysis.tiny_models import tiny_package


def test_lists_the_packages_within_by_name(tmp_path: Path) -> None:
    folder = tiny_package(tmp_path, "tiny")
    for seed in ("2", "1"):
        tiny_package(folder / "seeds", seed)
    assert other_seeds(folder) == [folder / "seeds" / "1", folder / "seeds" / "2"]
    assert available(tmp_path) == ["tiny"]


def test_lists_nothing_where_there_are_none(tmp_path: Path) -> None:
    assert not other_seeds(tiny_package(tmp_path, "tiny"))
