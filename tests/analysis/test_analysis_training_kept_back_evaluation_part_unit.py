"""A package is evaluated on what its training never saw."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from analysis.classifiers.card import Card
from analysis.errors import ClassifierError, TrainingError
from analysis.training import data
from analysis.training.kept_back import evaluation_part
from analysis.training.parts import Sharing, load_parts
from analysis.training.runs import Run, TrainOn, run_training, split
from tests.analysis.picture_folders import photograph, write_classes
from tests.analysis.tiny_models import TINY_RECIPE, stripes, tiny_card, tiny_training


@pytest.fixture(autouse=True)
def stripes_dataset(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dataset called stripes."""
    sizes = {"train": 120, "test": 12}
    monkeypatch.setattr(data, "DATASETS", {"stripes": lambda name: stripes(sizes[name])})


def _card(**changes: Any) -> Card:
    return tiny_card(training=tiny_training(**changes))


def test_gives_the_test_split() -> None:
    assert len(evaluation_part(_card(), "test")) == 12


def test_gives_what_training_kept_back() -> None:
    trained_on, kept_back = split(stripes(120), TINY_RECIPE, seed=4)
    card = _card(seed=4, sha256=trained_on.sha256())
    assert np.array_equal(evaluation_part(card, "validation").images, kept_back.images)


def test_refuses_a_split_that_leaves_others_to_train_on() -> None:
    trained_on, _ = split(stripes(120), TINY_RECIPE, seed=4)
    with pytest.raises(TrainingError, match="stripes: expected the pictures that tiny was trained"):
        evaluation_part(_card(seed=5, sha256=trained_on.sha256()), "validation")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"trained_on": "all"}, id="trained on everything"),
        pytest.param({"hyperparameters": {}}, id="not recorded"),
    ],
)
def test_refuses_when_nothing_was_kept_back(changes: dict[str, Any]) -> None:
    with pytest.raises(TrainingError, match="it kept nothing back"):
        evaluation_part(_card(**changes), "validation")


def test_refuses_a_card_that_does_not_say_how_it_was_trained() -> None:
    with pytest.raises(ClassifierError, match="tiny: expected a card that says how"):
        evaluation_part(tiny_card(format=2, training=None), "test")


def test_refuses_a_dataset_that_is_not_known() -> None:
    with pytest.raises(TrainingError, match="expected one of .*, or the path .*, got 'soup'"):
        evaluation_part(_card(dataset="soup"), "test")


def _card_of_folder(folder: Path, train_on: TrainOn = "train") -> Card:
    run = Run(
        recipe_name="tiny",
        recipe=dataclasses.replace(
            TINY_RECIPE, epochs=1, input_size_hw=(8, 10), input_mode="L", test_share=0.2
        ),
        dataset=str(write_classes(folder / "pictures", 10)),
        train_on=train_on,
        seed=3,
        licence="CC0-1.0",
    )
    card = run_training(run, folder / "tiny", device=torch.device("cpu"))
    assert card is not None
    return card


def test_gives_what_training_kept_back_of_a_folder(tmp_path: Path) -> None:
    card = _card_of_folder(tmp_path)
    sharing = Sharing(validation_share=0.1, test_share=0.2, seed=3)
    parts = load_parts(tmp_path / "pictures", card.input, sharing)
    assert evaluation_part(card, "validation").sha256() == parts.validation.sha256()
    assert evaluation_part(card, "test").sha256() == parts.test.sha256()


def test_gives_only_the_test_part_when_trained_on_the_rest(tmp_path: Path) -> None:
    card = _card_of_folder(tmp_path, "all")
    assert len(evaluation_part(card, "test")) == 4
    with pytest.raises(TrainingError, match="it kept nothing back"):
        evaluation_part(card, "validation")


def test_refuses_a_folder_that_has_changed(tmp_path: Path) -> None:
    card = _card_of_folder(tmp_path)
    photograph(99).save(tmp_path / "pictures" / "dots" / "more.png")
    with pytest.raises(TrainingError, match="some were added, removed, changed or shared"):
        evaluation_part(card, "test")
