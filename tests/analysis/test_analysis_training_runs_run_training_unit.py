"""A run ends with a package whose card says how it came about."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from analysis.classifiers.card import Card, training_of
from analysis.classifiers.packages import load
from analysis.errors import InvalidCard, TrainingError
from analysis.evaluation.metrics import evaluate
from analysis.labelled_images import LabelledImages
from analysis.training import data
from analysis.training.checkpoints import EpochReport
from analysis.training.kept_back import evaluation_part
from analysis.training.loop import Watch
from analysis.training.processes import Processes
from analysis.training.runs import Run, TrainOn, run_training
from tests.analysis.picture_folders import write_classes
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


def _trained(run: Run, folder: Path, *, resume: bool = False, watch: Watch = Watch()) -> Card:
    card = run_training(run, folder, device=torch.device("cpu"), resume=resume, watch=watch)
    assert card is not None
    return card


@pytest.fixture(autouse=True)
def small_datasets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A grey dataset called stripes and one in colour."""
    colour = LabelledImages(noise(90, "RGB"), np.arange(90) % 3, ("a", "b", "c"))
    sources = {"stripes": lambda name: stripes(120), "colour": lambda name: colour}
    monkeypatch.setattr(data, "DATASETS", sources)


def test_writes_a_package_that_loads_and_is_as_good_as_measured(tmp_path: Path) -> None:
    card = _trained(_run(), tmp_path / "tiny")
    classifier = load("tiny", models_dir=tmp_path)
    assert classifier.card == card
    (measured,) = card.measurements
    evaluation = evaluate(classifier, evaluation_part(card, "validation"))
    assert (measured.part, measured.images) == ("validation", 30)
    assert evaluation.accuracy == pytest.approx(measured.accuracy, abs=0.04)


def test_draws_curves_and_confusion(tmp_path: Path) -> None:
    _trained(_run(), tmp_path / "tiny")
    for name in ("curves.png", "confusion.png"):
        with Image.open(tmp_path / "tiny" / name) as picture:
            picture.load()
    _trained(_run("all"), tmp_path / "all")
    assert not (tmp_path / "all" / "confusion.png").exists()


def test_records_how_it_came_about(tmp_path: Path) -> None:
    card = _trained(_run(), tmp_path / "tiny")
    assert card.name == "tiny" and card.licence == "CC0-1.0"
    record = training_of(card)
    assert record.recipe == "tiny" and record.hyperparameters["peak_learning_rate"] == 0.05
    assert (record.seed, record.epochs, record.images) == (3, 2, 90)
    assert (card.input.height, card.input.width, card.input.mode) == (8, 10, "L")
    assert card.class_names == ("dark", "left", "right")
    assert card.scaling is not None


def test_fits_no_scaling_on_what_it_was_trained_on(tmp_path: Path) -> None:
    card = _trained(_run("all"), tmp_path / "tiny")
    assert card.scaling is None and card.temperature == 1.0 and not card.measurements
    assert training_of(card).images == 120
    assert training_of(card).sha256 == stripes(120).sha256()


def test_trains_on_pictures_in_colour(tmp_path: Path) -> None:
    card = _trained(_run(dataset="colour"), tmp_path / "tiny")
    assert card.input.mode == "RGB" and len(card.input.mean) == 3
    assert load("tiny", models_dir=tmp_path).predict(noise(2, "RGB")).shape == (2, 3)


def test_refuses_a_folder_whose_name_is_no_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidCard, match="name: expected"):
        _trained(_run(), tmp_path / "my model")


def test_goes_on_from_its_checkpoint_to_the_same_package(tmp_path: Path) -> None:
    def stop(report: EpochReport) -> None:
        raise KeyboardInterrupt

    straight = _trained(_run(), tmp_path / "first" / "tiny")
    with pytest.raises(KeyboardInterrupt):
        _trained(_run(), tmp_path / "second" / "tiny", watch=Watch(on_epoch=stop))
    epochs: list[int] = []
    resumed = _trained(
        _run(),
        tmp_path / "second" / "tiny",
        resume=True,
        watch=Watch(on_epoch=lambda report: epochs.append(report.epoch)),
    )
    assert epochs == [2]
    assert resumed == straight


def test_resumes_a_finished_run_without_training_again(tmp_path: Path) -> None:
    batches: list[int] = []
    card = _trained(_run(), tmp_path / "tiny")
    watch = Watch(on_batch=lambda done, total: batches.append(done))
    assert _trained(_run(), tmp_path / "tiny", resume=True, watch=watch) == card
    assert not batches


@pytest.mark.parametrize(
    ("run", "message"),
    [
        pytest.param(
            dataclasses.replace(_run(), seed=4),
            "data_sha256: .*; seed: expected 4, got 3",
            id="seed",
        ),
        pytest.param(_run("all"), "trained_on: expected 'all', got 'train'", id="pictures"),
        pytest.param(
            dataclasses.replace(_run(), recipe=dataclasses.replace(TINY_RECIPE, epochs=5)),
            "hyperparameters.epochs: expected 5, got 2",
            id="recipe",
        ),
    ],
)
def test_refuses_the_checkpoint_of_another_run(tmp_path: Path, run: Run, message: str) -> None:
    _trained(_run(), tmp_path / "tiny")
    with pytest.raises(TrainingError, match=f"is of another run: .*{message}"):
        _trained(run, tmp_path / "tiny", resume=True)


def test_begins_anew_unless_told_to_go_on(tmp_path: Path) -> None:
    first = _trained(_run(), tmp_path / "tiny")
    second = _trained(dataclasses.replace(_run(), seed=4), tmp_path / "tiny")
    assert second.weights.sha256 != first.weights.sha256


def test_leaves_writing_to_the_lead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Processes, "add_up", lambda self, tensors: None)
    device = torch.device("cpu")
    second = Processes(rank=1, count=2)
    assert run_training(_run(), tmp_path / "tiny", device=device, processes=second) is None
    assert not (tmp_path / "tiny").exists()


def test_trains_on_a_folder_and_lists_what_it_left_out(tmp_path: Path) -> None:
    pictures = write_classes(tmp_path / "pictures", 10)
    (pictures / "dots" / "notes.txt").write_text("none")
    recipe = dataclasses.replace(TINY_RECIPE, input_size_hw=(8, 10), input_mode="RGB")
    run = dataclasses.replace(_run(dataset=str(pictures)), recipe=recipe)
    card = _trained(run, tmp_path / "tiny")
    assert card.class_names == ("crosses", "dots") and card.input.image_shape == (8, 10, 3)
    assert (training_of(card).images, card.measurements[0].images) == (16, 2)
    listed = (tmp_path / "tiny" / "set-aside.txt").read_text()
    assert listed.startswith(f"{pictures / 'dots' / 'notes.txt'}\texpected PNG")
    everything = _trained(dataclasses.replace(run, train_on="all"), tmp_path / "all")
    assert training_of(everything).images == 18  # what is kept back for the test stays there


def test_resizes_pictures_as_the_recipe_says(tmp_path: Path) -> None:
    recipe = dataclasses.replace(TINY_RECIPE, input_size_hw=(6, 6), input_mode="RGB")
    card = _trained(dataclasses.replace(_run(), recipe=recipe), tmp_path / "tiny")
    assert card.input.image_shape == (6, 6, 3)
    assert evaluation_part(card, "validation").images.shape == (30, 6, 6, 3)


def test_learns_from_a_teacher(tmp_path: Path) -> None:
    teacher = _trained(_run(), tmp_path / "big")
    recipe = dataclasses.replace(TINY_RECIPE, teacher="big")
    run = dataclasses.replace(_run(), recipe=recipe, models_dir=tmp_path)
    pupil = _trained(run, tmp_path / "small")
    assert training_of(pupil).hyperparameters["teacher"] == "big"
    assert pupil.weights.sha256 != teacher.weights.sha256
    # The teacher is part of what decides the result.
    _trained(
        dataclasses.replace(_run(), recipe=dataclasses.replace(TINY_RECIPE, epochs=1)),
        tmp_path / "big",
    )
    with pytest.raises(TrainingError, match="teacher_sha256: expected"):
        _trained(run, tmp_path / "small", resume=True)


def test_logs_the_training_beside_the_package(tmp_path: Path) -> None:
    card = _trained(_run(), tmp_path / "tiny")
    page = (tmp_path / "tiny" / "training.md").read_text("utf-8")
    (measured,) = card.measurements
    assert page.startswith("# How tiny was trained\n") and "vector scaling" in page
    assert f"accuracy {100 * measured.accuracy:.2f} %" in page
    assert " thread" in page and f"torch {torch.__version__}" in page
    assert "\n| 1 | " in page and "\n| 2 | " in page
    # A training that is resumed when it is over is logged from its checkpoint alone.
    (tmp_path / "tiny" / "training.md").unlink()
    _trained(_run(), tmp_path / "tiny", resume=True)
    assert (tmp_path / "tiny" / "training.md").read_text("utf-8") == page


def test_takes_the_calibration_of_a_training_that_kept_pictures_back(tmp_path: Path) -> None:
    source = _trained(dataclasses.replace(_run(), seed=8), tmp_path / "kept-back")
    run = dataclasses.replace(_run("all"), calibrated_by=tmp_path / "kept-back")
    card = _trained(run, tmp_path / "tiny")
    assert card.scaling is not None and card.scaling == source.scaling
    assert card.calibrated_by is not None
    assert (card.calibrated_by.name, card.calibrated_by.seed) == ("kept-back", 8)
    assert card.calibrated_by.sha256 == source.weights.sha256
    # Before anything is loaded, which may choose another number of threads and so other sums.
    plain = _trained(_run("all"), tmp_path / "plain")
    assert plain.weights == card.weights and plain.scaling is None
    assert load("tiny", models_dir=tmp_path).card == card


def test_calibrates_a_training_that_is_over(tmp_path: Path) -> None:
    source = _trained(_run(), tmp_path / "kept-back")
    plain = _trained(_run("all"), tmp_path / "tiny")
    batches: list[int] = []
    card = _trained(
        dataclasses.replace(_run("all"), calibrated_by=tmp_path / "kept-back"),
        tmp_path / "tiny",
        resume=True,
        watch=Watch(on_batch=lambda done, total: batches.append(done)),
    )
    assert not batches and card.weights == plain.weights
    assert card.scaling is not None and card.scaling == source.scaling


def test_refuses_a_calibration_that_does_not_fit_before_it_trains(tmp_path: Path) -> None:
    recipe = dataclasses.replace(TINY_RECIPE, epochs=1)
    _trained(dataclasses.replace(_run(), recipe=recipe), tmp_path / "kept-back")
    run = dataclasses.replace(_run("all"), calibrated_by=tmp_path / "kept-back")
    with pytest.raises(TrainingError, match="the hyperparameters.epochs of tiny, 2, got 1"):
        _trained(run, tmp_path / "tiny")
    assert not (tmp_path / "tiny").exists()
