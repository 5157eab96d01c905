"""``manage.py train``: from pictures to a package that classifies them, and clear refusals."""

import dataclasses
import io
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
import rich
from django.core.management import CommandError, call_command
from rich.console import Console

from analysis.classifiers.card import training_of
from analysis.classifiers.packages import load
from analysis.management.commands import train
from analysis.training import data, recipes
from analysis.training.checkpoints import EpochReport
from streaming.errors import DatasetUnavailable
from tests.analysis.picture_folders import write_classes
from tests.analysis.tiny_models import TINY_RECIPE, stripes

SIZED_RECIPE = dataclasses.replace(TINY_RECIPE, input_size_hw=(8, 10), input_mode="L")


@pytest.fixture(autouse=True)
def tiny_recipe_and_dataset(monkeypatch: pytest.MonkeyPatch) -> None:
    """A recipe called tiny and, under Fashion-MNIST's name, stripes."""
    for module in (recipes, train):
        monkeypatch.setattr(module, "RECIPES", {"tiny": TINY_RECIPE, "sized": SIZED_RECIPE})
    monkeypatch.setattr(data, "DATASETS", {"fashion-mnist": lambda split: stripes(120)})


def test_trains_and_writes_a_package(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        call_command(
            "train", "--recipe", "tiny", "--output", str(tmp_path / "mine"), "--device", "cpu"
        )
    assert load("mine", models_dir=tmp_path).predict(stripes(3).images).shape == (3, 3)
    epochs = [line for line in caplog.messages if line.startswith("epoch ")]
    assert len(epochs) == 2
    assert epochs[1].startswith("epoch 2 of 2: loss ") and "validation accuracy" in epochs[1]
    assert f"wrote {tmp_path / 'mine'}: 1319 parameters" in caplog.text


def test_gives_the_same_weights_for_the_same_seed_only(tmp_path: Path) -> None:
    for name, seed in (("first", "1"), ("again", "1"), ("other", "2")):
        call_command("train", "--recipe=tiny", f"--output={tmp_path / name}", f"--seed={seed}")
    first, again, other = (
        (tmp_path / name / "model.safetensors").read_bytes() for name in ("first", "again", "other")
    )
    assert first == again != other


def test_takes_epochs_and_every_picture(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        call_command(
            "train",
            "--recipe=tiny",
            f"--output={tmp_path / 'mine'}",
            "--epochs=1",
            "--train-on=all",
            "--licence=CC0-1.0",
        )
    card = load("mine", models_dir=tmp_path).card
    assert (training_of(card).epochs, training_of(card).images) == (1, 120)
    assert training_of(card).trained_on == "all" and card.licence == "CC0-1.0"
    assert "validation" not in caplog.text


def test_takes_the_calibration_of_another_package(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    source, output = tmp_path / "source", f"--output={tmp_path / 'mine'}"
    call_command("train", "--recipe=tiny", f"--output={source}")
    with caplog.at_level(logging.INFO):
        call_command(
            "train", "--recipe=tiny", output, "--train-on=all", f"--calibrated-by={source}"
        )
    expected = load("source", models_dir=tmp_path).card.scaling
    assert expected is not None and load("mine", models_dir=tmp_path).card.scaling == expected
    assert "calibration of source, fitted on 30 pictures" in caplog.text
    assert "--calibrated-by models/source" in (tmp_path / "mine" / "training.md").read_text("utf-8")
    for options, message in (
        ([f"--calibrated-by={source}"], "expected mine to be trained on 'all'"),
        (["--train-on=all", f"--calibrated-by={tmp_path / 'no'}"], "no/card.json: expected a card"),
    ):
        with pytest.raises(CommandError, match=message):
            call_command("train", "--recipe=tiny", output, *options)


def test_draws_a_bar_on_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=200)
    monkeypatch.setattr(rich, "get_console", lambda: console)
    call_command("train", "--recipe=tiny", f"--output={tmp_path / 'mine'}")
    assert "training" in screen.getvalue() and "10/10" in screen.getvalue()


@pytest.mark.parametrize(
    ("option", "message"),
    [
        pytest.param("--device=abacus", "expected auto, cpu or cuda, got 'abacus'", id="device"),
        pytest.param("--recipe=soup", "invalid choice: 'soup'", id="recipe"),
        pytest.param("--dataset=soup", "or the path of a .*, got 'soup'", id="dataset"),
        pytest.param("--epochs=0", "expected an integer of at least 1, got '0'", id="epochs"),
        pytest.param("--seed=-1", "expected an integer of at least 0, got '-1'", id="seed"),
    ],
)
def test_refuses_in_one_sentence(tmp_path: Path, option: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("train", "--recipe=sized", f"--output={tmp_path / 'mine'}", option)


def test_passes_on_why_there_is_no_dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(split: str) -> None:
        raise DatasetUnavailable(f"no {split} anywhere")

    monkeypatch.setattr(data, "DATASETS", {"fashion-mnist": nowhere})
    with pytest.raises(CommandError, match="no train anywhere"):
        call_command("train", "--recipe=tiny", f"--output={tmp_path / 'mine'}")


def test_says_when_the_folder_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CommandError, match="Not a directory"):
        call_command("train", "--recipe=tiny", f"--output={tmp_path / 'file' / 'mine'}")


def test_goes_on_where_it_was_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    arguments = ("train", "--recipe=tiny", f"--output={tmp_path / 'mine'}", "--epochs=3")

    def interrupt(report: EpochReport) -> str:
        if report.epoch == 2:
            raise KeyboardInterrupt
        return "as usual"

    with monkeypatch.context() as patch:
        patch.setattr(train, "_status", interrupt)
        with pytest.raises(CommandError, match="--resume goes on after the last whole epoch"):
            call_command(*arguments)
    assert not (tmp_path / "mine" / "card.json").exists()
    with caplog.at_level(logging.INFO):
        call_command(*arguments, "--resume")
    assert f"going on after epoch 2 of {tmp_path / 'mine'}" in caplog.text
    assert [line for line in caplog.messages if line.startswith("epoch 3 of 3: ")]
    call_command("train", "--recipe=tiny", f"--output={tmp_path / 'again'}", "--epochs=3")
    one, other = (
        (tmp_path / name / "model.safetensors").read_bytes() for name in ("mine", "again")
    )
    assert one == other
    with pytest.raises(CommandError, match="is of another run: .*seed: expected 5, got 0"):
        call_command(*arguments, "--resume", "--seed=5")


def test_trains_on_a_folder(tmp_path: Path) -> None:
    pictures = write_classes(tmp_path / "pictures", 10)
    call_command(
        "train", "--recipe=sized", f"--dataset={pictures}", f"--output={tmp_path / 'mine'}"
    )
    assert load("mine", models_dir=tmp_path).card.class_names == ("crosses", "dots")


def test_trains_in_two_processes(tmp_path: Path) -> None:
    pictures = write_classes(tmp_path / "pictures", 10)
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "torch.distributed.run", "--standalone"),
            *("--nproc-per-node", "2", str(root / "manage.py"), "train", "--recipe=photos"),
            *("--epochs=1", f"--dataset={pictures}", f"--output={tmp_path / 'mine'}"),
        ],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        cwd=root,
        check=False,
        timeout=120,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    # One of them speaks for both.
    assert done.stderr.count("epoch 1 of 1: loss") == done.stderr.count("wrote ") == 1
    assert training_of(load("mine", models_dir=tmp_path).card).images == 16
