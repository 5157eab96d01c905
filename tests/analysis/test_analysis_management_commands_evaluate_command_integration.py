"""``manage.py evaluate``: accuracy by log, everything as JSON, on request into the card."""

import dataclasses
import json
import logging
import shutil
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import rich
import torch
from django.core.management import CommandError, call_command

from analysis.classifiers import packages
from analysis.classifiers.card import read_card
from analysis.evaluation.model_card import render_model_card
from analysis.evaluation.protocol import evaluate_run
from analysis.training import data
from analysis.training.kept_back import evaluation_part
from analysis.training.runs import Run, run_training, split
from tests.analysis.picture_folders import write_classes, write_pickle
from tests.analysis.tiny_models import (
    TINY_RECIPE,
    stripes,
    tiny_card,
    tiny_network,
    tiny_package,
    tiny_training,
)

SIZES = {"train": 120, "test": 30}


@pytest.fixture(name="folder")
def tiny_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Path:
    """The folder of a package called tiny, whose dataset is stripes."""
    settings.MODELS_DIR = tmp_path / "models"
    settings.VAR_DIR = tmp_path / "var"
    monkeypatch.setattr(data, "DATASETS", {"stripes": lambda split: stripes(SIZES[split])})
    trained_on, _ = split(stripes(SIZES["train"]), TINY_RECIPE, seed=0)
    return tiny_package(
        tmp_path / "models", training=tiny_training(sha256=trained_on.sha256(), images=90)
    )


def test_logs_accuracy_and_writes_everything(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = read_card(folder / "card.json")
    with caplog.at_level(logging.INFO):
        call_command("evaluate", "tiny")
    written = json.loads((tmp_path / "var" / "evaluations" / "tiny-test.json").read_text("utf-8"))
    assert written["classifier"] == "tiny" and written["part"] == "test"
    assert written["classifier_sha256"] == before.weights.sha256
    assert written["data_sha256"] == stripes(30).sha256()
    assert written["images"] == 30 == sum(sum(row) for row in written["confusion"])
    right = sum(written["confusion"][class_id][class_id] for class_id in range(3))
    assert written["accuracy"] == pytest.approx(right / 30)
    assert [scores["class_name"] for scores in written["class_scores"]] == ["dark", "left", "right"]
    assert written["speed"]["images_per_second"] > 0
    assert f"accuracy {100 * right / 30:.2f} %" in caplog.text
    assert read_card(folder / "card.json") == before


def test_keeps_what_it_measured_in_the_card(folder: Path) -> None:
    for part in ("test", "validation", "test"):
        call_command("evaluate", "tiny", f"--split={part}", "--record")
    card = read_card(folder / "card.json")
    assert [measured.part for measured in card.measurements] == ["validation", "test"]
    assert [measured.images for measured in card.measurements] == [30, 30]
    assert card.speed is not None and card.speed.threads == 1 and card.speed.processor


def test_writes_where_it_is_told(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "result.json"
    call_command("evaluate", folder.name, "--split=validation", f"--json={path}")
    assert json.loads(path.read_text("utf-8"))["part"] == "validation"
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("huge", r"\(tiny\), got 'huge'", id="unknown"),
        pytest.param("../models/tiny", r"\(tiny\), got ", id="a path"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_lists_those_there_are(name: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("evaluate", name)


def test_refuses_spoilt_weights(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"spoilt")
    with pytest.raises(CommandError, match="expected SHA-256"):
        call_command("evaluate", "tiny")


def test_says_when_the_json_cannot_be_written(folder: Path) -> None:
    with pytest.raises(CommandError, match="Not a directory|File exists"):
        call_command("evaluate", "tiny", f"--json={folder / 'card.json' / 'result.json'}")


def _another_run(folder: Path, *, seed: int) -> Path:
    """A package of the same recipe with another seed and so other weights."""
    card = tiny_card(name=folder.name, training=tiny_training(seed=seed))
    packages.save(folder, tiny_network(seed=seed), card)
    return folder


def test_follows_the_whole_protocol_and_writes_a_page(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    others = [_another_run(tmp_path / f"seed{seed}", seed=seed) for seed in (1, 2)]
    with caplog.at_level(logging.INFO):
        call_command("evaluate", "tiny", "--full", "--runs", *map(str, others))
    card = read_card(folder / "card.json")
    assert card.evaluation is not None and card.evaluation.images == 30
    assert [run.seed for run in card.runs] == [0, 1, 2]
    assert card.measurements[0].accuracy == card.evaluation.accuracy == card.runs[0].accuracy
    accuracies = [run.accuracy for run in card.runs]
    assert card.over_seeds is not None and card.over_seeds.count == 3
    assert card.over_seeds.accuracy_mean == pytest.approx(np.mean(accuracies))
    assert card.over_seeds.accuracy_deviation == pytest.approx(np.std(accuracies, ddof=1))
    page = (folder / "README.md").read_text("utf-8")
    spread = f"{100 * np.mean(accuracies):.2f} ± {100 * np.std(accuracies, ddof=1):.2f} %"
    assert f"| **mean ± deviation** | **{spread}**" in page
    for run in card.runs:
        assert f"\n| {run.seed} | {100 * run.accuracy:.2f} % |" in page
    assert f"over 3 seeds: accuracy {100 * np.mean(accuracies):.2f} %" in caplog.text
    assert (folder / "README.md").read_text("utf-8") == render_model_card(card)
    written = json.loads((tmp_path / "var" / "evaluations" / "tiny-test.json").read_text("utf-8"))
    assert written["full"] == json.loads(msgspec.json.encode(card.evaluation))
    assert [run["seed"] for run in written["runs"]] == [0, 1, 2]
    assert written["over_seeds"] == msgspec.to_builtins(card.over_seeds)
    for expected in ("evaluating: noise, strength 1", "near-duplicates in train", "under contrast"):
        assert expected in caplog.text
    before = card.evaluation
    call_command("evaluate", "tiny", "--full")
    again = read_card(folder / "card.json")
    assert again.evaluation == before and again.runs == card.runs
    assert again.over_seeds == card.over_seeds


def test_shows_a_bar_where_a_terminal_watches(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    console = rich.console.Console(force_terminal=True, width=80)
    monkeypatch.setattr(rich, "get_console", lambda: console)
    with caplog.at_level(logging.INFO), console.capture() as captured:
        call_command("evaluate", folder.name, "--full")
    assert "100%" in captured.get() and "evaluating: noise" not in caplog.text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(["--full", "--split=validation"], "expected --split test", id="part"),
        pytest.param(["--runs", "seed1"], "expected with --full", id="runs alone"),
        pytest.param(["--full", "--runs", "nowhere"], "expected a card", id="no such run"),
        pytest.param(["--threads=0"], "at least 1, got '0'", id="threads"),
    ],
)
def test_refuses_options_that_do_not_fit(folder: Path, options: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("evaluate", folder.name, *options)


def test_refuses_a_run_of_the_same_seed_before_any_work(folder: Path, tmp_path: Path) -> None:
    other = _another_run(tmp_path / "same", seed=0)
    with pytest.raises(CommandError, match="same: expected another seed than that of tiny"):
        call_command("evaluate", folder.name, "--full", "--runs", str(other))
    assert not (folder / "README.md").exists()


def test_evaluates_the_seeds_within_the_package(folder: Path) -> None:
    _another_run(folder / "seeds" / "1", seed=1)
    call_command("evaluate", "tiny", "--full")
    card = read_card(folder / "card.json")
    assert [run.seed for run in card.runs] == [0, 1]
    assert card.over_seeds is not None and card.over_seeds.count == 2


def test_refuses_two_runs_of_one_seed(folder: Path, tmp_path: Path) -> None:
    runs = [str(_another_run(tmp_path / name, seed=1)) for name in ("one", "two")]
    with pytest.raises(CommandError, match=r"expected packages of distinct seeds, got \[1, 1\]"):
        call_command("evaluate", folder.name, "--full", "--runs", *runs)


def test_says_that_it_must_know_the_dataset(folder: Path) -> None:
    tiny_package(folder.parent, "foreign", format=2, training=None)
    with pytest.raises(CommandError, match="foreign: expected a card that says how it was trained"):
        call_command("evaluate", "foreign")


def _trained_by_seed(dataset: Path, folder: Path, seed: int) -> Path:
    """A package of that dataset, a fifth of which is the test part."""
    run = Run(
        recipe_name="tiny",
        recipe=dataclasses.replace(
            TINY_RECIPE, epochs=1, input_size_hw=(8, 10), input_mode="L", test_share=0.2
        ),
        dataset=str(dataset),
        train_on="train",
        seed=seed,
        licence="CC0-1.0",
    )
    run_training(run, folder, device=torch.device("cpu"))
    return folder


@pytest.mark.parametrize("kind", ["folder", "pickle"])
def test_follows_the_whole_protocol_on_own_pictures(
    folder: Path, tmp_path: Path, kind: str
) -> None:
    if kind == "folder":
        dataset, tested = write_classes(tmp_path / "pictures", 10), 4
    else:
        dataset, tested = write_pickle(tmp_path / "stripes.pickle"), 18
    mine = _trained_by_seed(dataset, folder.parent / "mine", 0)
    other = _trained_by_seed(dataset, tmp_path / "other", 1)
    call_command("evaluate", "mine", "--full", "--runs", str(other))
    card = read_card(mine / "card.json")
    test = evaluation_part(card, "test")
    assert card.evaluation is not None and card.evaluation.images == tested == len(test)
    # The other seed's test pictures are others: of this one's, it was trained on some.
    theirs = evaluation_part(read_card(other / "card.json"), "test")
    assert theirs.sha256() != test.sha256()
    expected = evaluate_run(packages.load(other, models_dir=tmp_path), theirs)
    assert card.runs[1] == expected and [run.seed for run in card.runs] == [0, 1]


def test_looks_for_near_duplicates_in_what_its_own_training_could_see(
    folder: Path, tmp_path: Path
) -> None:
    pictures = tmp_path / "pictures"
    for seed, part in enumerate(("train", "val", "test")):
        write_classes(pictures / part, 3, first_seed=100 * seed)
    for part in ("train", "val"):
        shutil.copy(pictures / part / "dots" / "000.png", pictures / "test" / f"dots/{part}.png")
    call_command("evaluate", _trained_by_seed(pictures, folder.parent / "mine", 0).name, "--full")
    record = read_card(folder.parent / "mine" / "card.json").evaluation
    assert record is not None and record.images == 8
    assert (record.near_duplicates.found, record.near_duplicates.images) == (2, 6)


def test_predicts_with_as_many_threads_as_told(folder: Path) -> None:
    before = torch.get_num_threads()
    try:
        call_command("evaluate", folder.name, "--record", "--threads=2")
    finally:
        torch.set_num_threads(before)
    card = read_card(folder / "card.json")
    assert card.speed is not None and card.speed.threads == 2
