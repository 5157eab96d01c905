"""``manage.py evaluate``: accuracy by log, everything as JSON, on request into the card."""

import json
import logging
from pathlib import Path
from typing import Any

import msgspec
import pytest
import rich
from django.core.management import CommandError, call_command

from analysis.classifiers import packages
from analysis.classifiers.card import read_card
from analysis.evaluation.model_card import render_model_card
from analysis.training import data
from tests.analysis.tiny_models import stripes, tiny_card, tiny_network, tiny_package

SIZES = {"train": 120, "test": 30}


@pytest.fixture(name="folder")
def tiny_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Path:
    """The folder of a package called tiny, whose dataset is stripes."""
    settings.MODELS_DIR = tmp_path / "models"
    settings.VAR_DIR = tmp_path / "var"
    monkeypatch.setattr(data, "DATASETS", {"stripes": lambda split: stripes(SIZES[split])})
    return tiny_package(tmp_path / "models")


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
    card = tiny_card(name=folder.name)
    training = msgspec.structs.replace(card.training, seed=seed)
    packages.save(folder, tiny_network(seed=seed), msgspec.structs.replace(card, training=training))
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
    assert (folder / "README.md").read_text("utf-8") == render_model_card(card)
    written = json.loads((tmp_path / "var" / "evaluations" / "tiny-test.json").read_text("utf-8"))
    assert written["full"] == json.loads(msgspec.json.encode(card.evaluation))
    assert [run["seed"] for run in written["runs"]] == [0, 1, 2]
    for expected in ("evaluating: noise, strength 1", "near-duplicates in train", "under contrast"):
        assert expected in caplog.text
    before = card.evaluation
    call_command("evaluate", "tiny", "--full")
    again = read_card(folder / "card.json")
    assert again.evaluation == before and again.runs == card.runs


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
    ],
)
def test_refuses_options_that_do_not_fit(folder: Path, options: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("evaluate", folder.name, *options)


def test_refuses_a_run_of_the_same_seed_before_any_work(folder: Path, tmp_path: Path) -> None:
    other = _another_run(tmp_path / "same", seed=0)
    with pytest.raises(CommandError, match="run same: expected another seed"):
        call_command("evaluate", folder.name, "--full", "--runs", str(other))
    assert not (folder / "README.md").exists()
