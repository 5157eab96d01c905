"""A package is written so that it can be read, and its card tells the truth about the weights."""

import hashlib
from pathlib import Path

import msgspec
import pytest
import torch

from analysis.classifiers.architectures import count_parameters
from analysis.classifiers.card import read_card
from analysis.classifiers.packages import read_network, save
from analysis.errors import InvalidCard
from tests.analysis.tiny_models import tiny_card, tiny_network


def test_writes_weights_and_a_card_that_fits_them(tmp_path: Path) -> None:
    network = tiny_network()
    card = save(tmp_path / "models" / "tiny", network, tiny_card())
    folder = tmp_path / "models" / "tiny"
    assert sorted(path.name for path in folder.iterdir()) == ["card.json", "model.safetensors"]
    assert read_card(folder / "card.json") == card
    content = (folder / "model.safetensors").read_bytes()
    assert card.weights.sha256 == hashlib.sha256(content).hexdigest()
    assert card.weights.parameter_count == count_parameters(network)
    written = read_network(folder, card).state_dict()
    assert all(torch.equal(written[name], value) for name, value in network.state_dict().items())


def test_replaces_a_package(tmp_path: Path) -> None:
    first = save(tmp_path, tiny_network(seed=1), tiny_card())
    second = save(tmp_path, tiny_network(seed=2), tiny_card())
    assert first.weights.sha256 != second.weights.sha256
    read_network(tmp_path, second)


def test_refuses_a_card_that_could_not_be_read(tmp_path: Path) -> None:
    card = msgspec.structs.replace(tiny_card(), class_names=())
    with pytest.raises(InvalidCard, match="class_names"):
        save(tmp_path / "tiny", tiny_network(), card)
    assert not (tmp_path / "tiny" / "model.safetensors").exists()
