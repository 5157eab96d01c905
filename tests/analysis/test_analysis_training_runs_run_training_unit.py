"""A run ends with a package whose card says how it came about."""

from pathlib import Path

import numpy as np
import pytest
import torch

from analysis.classifiers.packages import load
from analysis.errors import InvalidCard
from analysis.training import data
from analysis.training.data import LabelledImages
from analysis.training.evaluation import evaluate
from analysis.training.runs import Run, TrainOn, evaluation_part, run_training
from tests.analysis.tiny_models import TINY_RECIPE, noise, stripes


def _run(train_on: TrainOn = "train", dataset: str = "stripes") -> Run:
    return Run(
        recipe_name="tiny",
        recipe=TINY_RECIPE,
        dataset=dataset,
        train_on=train_on,
        seed=3,
        licence="CC0-1.0",
    )


@pytest.fixture(autouse=True)
def small_datasets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A grey dataset called stripes and one in colour."""
    colour = LabelledImages(noise(90, "RGB"), np.arange(90) % 3, ("a", "b", "c"))
    sources = {"stripes": lambda name: stripes(120), "colour": lambda name: colour}
    monkeypatch.setattr(data, "DATASETS", sources)


def test_writes_a_package_that_loads_and_is_as_good_as_measured(tmp_path: Path) -> None:
    card = run_training(_run(), tmp_path / "tiny", device=torch.device("cpu"))
    classifier = load("tiny", models_dir=tmp_path)
    assert classifier.card == card
    (measured,) = card.measurements
    evaluation = evaluate(classifier, evaluation_part(card, "validation"))
    assert (measured.part, measured.images) == ("validation", 30)
    assert evaluation.accuracy == pytest.approx(measured.accuracy, abs=0.04)


def test_records_how_it_came_about(tmp_path: Path) -> None:
    card = run_training(_run(), tmp_path / "tiny", device=torch.device("cpu"))
    assert card.name == "tiny" and card.licence == "CC0-1.0"
    assert card.training.recipe == "tiny"
    assert card.training.hyperparameters["peak_learning_rate"] == 0.05
    assert (card.training.seed, card.training.epochs, card.training.images) == (3, 2, 90)
    assert (card.input.height, card.input.width, card.input.mode) == (8, 10, "L")
    assert card.class_names == ("dark", "left", "right")
    assert card.temperature != 1.0


def test_fits_no_temperature_on_what_it_was_trained_on(tmp_path: Path) -> None:
    card = run_training(_run("all"), tmp_path / "tiny", device=torch.device("cpu"))
    assert card.temperature == 1.0 and not card.measurements
    assert card.training.images == 120
    assert card.training.sha256 == stripes(120).sha256()


def test_trains_on_pictures_in_colour(tmp_path: Path) -> None:
    card = run_training(_run(dataset="colour"), tmp_path / "tiny", device=torch.device("cpu"))
    assert card.input.mode == "RGB" and len(card.input.mean) == 3
    assert load("tiny", models_dir=tmp_path).predict(noise(2, "RGB")).shape == (2, 3)


def test_refuses_a_folder_whose_name_is_no_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidCard, match="name: expected"):
        run_training(_run(), tmp_path / "my model", device=torch.device("cpu"))
