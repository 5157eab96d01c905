"""``manage.py calibrate``: another calibration, the same weights, nothing stale in the card."""

import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from analysis.classifiers.calibration import Calibration
from analysis.classifiers.card import read_card
from analysis.classifiers.packages import load
from analysis.training import data
from analysis.training.logit_scaling import fit_scaling
from analysis.training.runs import split
from tests.analysis.tiny_models import TINY_RECIPE, stripes, tiny_package, tiny_training

SIZES = {"train": 120, "test": 30}


@pytest.fixture(autouse=True)
def stripes_dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """A dataset called stripes, and packages of their own."""
    settings.MODELS_DIR = tmp_path
    settings.VAR_DIR = tmp_path / "var"
    monkeypatch.setattr(data, "DATASETS", {"stripes": lambda part: stripes(SIZES[part])})


@pytest.fixture(name="kept_back")
def kept_back_package(tmp_path: Path) -> Path:
    """The folder of a package at the temperature 1.5 that kept 30 pictures back."""
    trained_on, _ = split(stripes(120), TINY_RECIPE, seed=0)
    record = tiny_training(sha256=trained_on.sha256(), images=90)
    return tiny_package(tmp_path, "source", training=record)


@pytest.fixture(name="everything")
def package_of_everything(tmp_path: Path) -> Path:
    """The folder of a package that was trained on all pictures, by another seed."""
    record = tiny_training(sha256=stripes(120).sha256(), images=120, trained_on="all", seed=7)
    return tiny_package(tmp_path, "mine", format=2, temperature=1.0, training=record)


def test_fits_on_what_was_kept_back_and_drops_what_is_stale(
    kept_back: Path, caplog: pytest.LogCaptureFixture
) -> None:
    call_command("evaluate", "source", "--full")
    before = read_card(kept_back / "card.json")
    assert before.evaluation is not None and (kept_back / "README.md").exists()
    _, validation = split(stripes(120), TINY_RECIPE, seed=0)
    probabilities = load(kept_back, models_dir=kept_back).predict(validation.images)
    with caplog.at_level(logging.INFO):
        call_command("calibrate", str(kept_back))
    card = read_card(kept_back / "card.json")
    expected = fit_scaling(Calibration(before).centred_logits(probabilities), validation.labels)
    assert card.scaling is not None and card.temperature == 1.0
    assert card.scaling.scales == pytest.approx(expected.scales, abs=2e-3)
    assert card.scaling.offsets == pytest.approx(expected.offsets, abs=2e-3)
    assert card.weights == before.weights
    assert card.evaluation is None and not (kept_back / "README.md").exists()
    assert [measured.part for measured in card.measurements] == ["validation"]
    assert "its evaluation was of the calibration before and is gone" in caplog.text
    # Once more changes nothing: the calibration before is taken out first.
    call_command("calibrate", str(kept_back))
    again = read_card(kept_back / "card.json").scaling
    assert again is not None
    assert again.scales == pytest.approx(card.scaling.scales, abs=2e-3)


def test_gives_several_packages_that_of_another(
    kept_back: Path, everything: Path, tmp_path: Path
) -> None:
    call_command("calibrate", str(kept_back))
    scaling = read_card(kept_back / "card.json").scaling
    record = tiny_training(sha256=stripes(120).sha256(), images=120, trained_on="all", seed=8)
    second = tiny_package(tmp_path, "second", format=2, temperature=1.0, training=record)
    call_command("calibrate", str(everything), str(second), f"--calibrated-by={kept_back}")
    for folder in (everything, second):
        card = read_card(folder / "card.json")
        assert card.scaling is not None and card.scaling == scaling
        assert card.calibrated_by is not None and card.calibrated_by.name == "source"
        assert load(folder, models_dir=tmp_path).predict(stripes(3).images).shape == (3, 3)


def test_refuses_in_one_sentence(kept_back: Path, everything: Path, tmp_path: Path) -> None:
    for arguments, message in (
        ([str(everything)], "expected a classifier trained on 'train', got mine"),
        ([str(kept_back), f"--calibrated-by={kept_back}"], "expected source to be trained on"),
        ([str(tmp_path / "no")], "no/card.json: expected a card"),
    ):
        with pytest.raises(CommandError, match=message):
            call_command("calibrate", *arguments)
