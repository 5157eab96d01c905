"""A package becomes a classifier, or an error that says what is wrong with it."""

from pathlib import Path

import pytest

from analysis.classifiers.card import read_card
from analysis.classifiers.packages import load
from analysis.errors import InvalidCard, UnknownClassifier
from tests.analysis.tiny_models import noise, tiny_package


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_loads_by_name_and_by_path_alike(tmp_path: Path, mode: str) -> None:
    folder = tiny_package(tmp_path, mode=mode)
    by_name = load("tiny", models_dir=tmp_path)
    by_path = load(folder, models_dir=tmp_path / "nowhere")
    assert by_name.card == by_path.card == read_card(folder / "card.json")
    images = noise(5, mode)
    assert (by_name.predict(images) == by_path.predict(images)).all()


def test_refuses_an_unknown_name(tmp_path: Path) -> None:
    tiny_package(tmp_path)
    with pytest.raises(UnknownClassifier, match=r"\(tiny\), got 'huge'"):
        load("huge", models_dir=tmp_path)


def test_refuses_a_card_of_another_name(tmp_path: Path) -> None:
    tiny_package(tmp_path, "tiny").rename(tmp_path / "renamed")
    with pytest.raises(InvalidCard, match="name: expected renamed, got tiny"):
        load("renamed", models_dir=tmp_path)
