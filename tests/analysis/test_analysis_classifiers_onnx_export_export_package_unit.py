"""An export is a package of its own, written only when it gives the same probabilities."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from analysis.classifiers import onnx_export
from analysis.classifiers.card import read_card
from analysis.classifiers.inference import Classifier
from analysis.classifiers.onnx_export import TOLERANCE, export_package
from analysis.classifiers.packages import load
from analysis.errors import InvalidCard, InvalidWeights
from tests.analysis.tiny_models import noise, tiny_card, tiny_network
from tests.analysis.tiny_onnx import serialised, tiny_model
from tests.analysis.tiny_records import tiny_run


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_loads_through_the_same_call_and_answers_the_same(tmp_path: Path, mode: str) -> None:
    card, network = tiny_card(mode, format=2, runs=(tiny_run(0),)), tiny_network(mode)
    written, difference = export_package(network, card, tmp_path / "tiny-onnx")
    assert 0 <= difference <= TOLERANCE
    assert written == read_card(tmp_path / "tiny-onnx" / "card.json")
    assert written.name == "tiny-onnx" and written.weights.format == "onnx"
    assert written.runs == card.runs and written.speed is None
    images = noise(50, mode)
    exact = Classifier(card, network, dtype=torch.float32).predict(images)
    loaded = load("tiny-onnx", models_dir=tmp_path)
    assert np.abs(loaded.predict(images) - exact).max() <= TOLERANCE


def test_writes_nothing_that_answers_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = serialised(tiny_model())
    monkeypatch.setattr(onnx_export, "to_onnx", lambda network, card: other)
    with pytest.raises(InvalidWeights, match="within 0.0001 of the network's, got a difference of"):
        export_package(tiny_network(), tiny_card(), tmp_path / "other")
    assert not list(tmp_path.iterdir())


def test_refuses_a_folder_whose_name_is_none(tmp_path: Path) -> None:
    with pytest.raises(InvalidCard, match="name: expected `str` matching regex"):
        export_package(tiny_network(), tiny_card(), tmp_path / "no name")


def test_loads_onnx_weights_only_with_their_hash(tmp_path: Path) -> None:
    export_package(tiny_network(), tiny_card(), tmp_path / "tiny")
    path = tmp_path / "tiny" / "model.onnx"
    path.write_bytes(path.read_bytes() + b"more")
    with pytest.raises(InvalidWeights, match="model.onnx: expected SHA-256"):
        load("tiny", models_dir=tmp_path)


def test_names_the_file_of_weights_that_are_not_the_cards(tmp_path: Path) -> None:
    card, _ = export_package(tiny_network(), tiny_card(), tmp_path / "tiny")
    weights = msgspec.structs.replace(card.weights, parameter_count=5)
    spoilt = msgspec.structs.replace(card, weights=weights)
    (tmp_path / "tiny" / "card.json").write_bytes(msgspec.json.encode(spoilt))
    with pytest.raises(InvalidWeights, match="model.onnx: expected 5 parameters, got"):
        load("tiny", models_dir=tmp_path)
