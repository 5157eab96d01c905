"""A name leads to a package among the models and nowhere else."""

from pathlib import Path

import pytest

from analysis.classifiers.packages import find
from analysis.errors import UnknownClassifier
from tests.analysis.tiny_models import tiny_package


def test_finds_a_package_by_name(tmp_path: Path) -> None:
    folder = tiny_package(tmp_path, "tiny")
    assert find("tiny", models_dir=tmp_path) == folder


def test_takes_a_path_as_it_is(tmp_path: Path) -> None:
    folder = tiny_package(tmp_path / "elsewhere")
    assert find(folder, models_dir=tmp_path / "models") == folder


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("huge", id="no such package"),
        pytest.param("", id="nothing"),
        pytest.param(".", id="the models themselves"),
        pytest.param("../outside", id="beside the models"),
        pytest.param("tiny/../../outside", id="through a package"),
        pytest.param("tiny/", id="with a slash"),
        pytest.param("tiny\x00", id="with a null byte"),
    ],
)
def test_lists_those_there_are_for_any_other_name(tmp_path: Path, name: str) -> None:
    models = tmp_path / "models"
    tiny_package(models, "tiny")
    tiny_package(models, "tinier")
    tiny_package(tmp_path, "outside")
    with pytest.raises(UnknownClassifier, match=r"\(tinier, tiny\), got "):
        find(name, models_dir=models)


def test_refuses_an_absolute_name(tmp_path: Path) -> None:
    outside = tiny_package(tmp_path, "outside")
    with pytest.raises(UnknownClassifier, match=r"\(none\), got"):
        find(str(outside), models_dir=tmp_path / "models")


def test_refuses_a_path_without_a_card(tmp_path: Path) -> None:
    with pytest.raises(UnknownClassifier):
        find(tmp_path, models_dir=tmp_path)
