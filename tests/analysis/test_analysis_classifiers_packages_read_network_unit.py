"""Weights are believed only when they are exactly what the card says."""

import hashlib
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import safetensors.torch
import torch
from torch import Tensor

from analysis.classifiers import packages
from analysis.classifiers.card import Card, read_card
from analysis.classifiers.packages import read_network
from analysis.errors import InvalidCard, InvalidWeights
from tests.analysis.tiny_models import tiny_network, tiny_package


def _with_weights(folder: Path, content: bytes) -> Card:
    """The package's card, now with the hash of those bytes, which become its weights."""
    (folder / "model.safetensors").write_bytes(content)
    card = read_card(folder / "card.json")
    sha256 = hashlib.sha256(content).hexdigest()
    return msgspec.structs.replace(
        card, weights=msgspec.structs.replace(card.weights, sha256=sha256)
    )


def test_reads_a_network_ready_for_inference(tmp_path: Path) -> None:
    folder = tiny_package(tmp_path)
    network = read_network(folder, read_card(folder / "card.json"))
    assert not network.training
    pixels = torch.randn(3, 1, 8, 10)
    with torch.inference_mode():
        assert torch.equal(network(pixels), tiny_network()(pixels))


def test_refuses_missing_weights(tmp_path: Path) -> None:
    folder = tiny_package(tmp_path)
    (folder / "model.safetensors").unlink()
    with pytest.raises(InvalidWeights, match="expected weights, got No such file"):
        read_network(folder, read_card(folder / "card.json"))


def test_refuses_a_file_beyond_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MAX_WEIGHTS_BYTES", 10)
    folder = tiny_package(tmp_path)
    with pytest.raises(InvalidWeights, match="expected at most 10 bytes, got"):
        read_network(folder, read_card(folder / "card.json"))


def test_refuses_weights_of_another_hash(tmp_path: Path) -> None:
    folder = tiny_package(tmp_path)
    card = read_card(folder / "card.json")
    content = bytearray((folder / "model.safetensors").read_bytes())
    content[-1] ^= 1
    (folder / "model.safetensors").write_bytes(content)
    with pytest.raises(InvalidWeights, match=f"expected SHA-256 {card.weights.sha256}, got"):
        read_network(folder, card)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda content: b"", id="empty"),
        pytest.param(lambda content: content[:100], id="cut in the header"),
        pytest.param(lambda content: content[:-4], id="cut in the numbers"),
        pytest.param(lambda content: content + b"more", id="too long"),
        pytest.param(lambda content: b"\xff" * 64, id="a huge header"),
        pytest.param(lambda content: pickle.dumps({"weight": 1}), id="a pickle"),
    ],
)
def test_refuses_what_is_no_safetensors(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    folder = tiny_package(tmp_path)
    card = _with_weights(folder, spoil((folder / "model.safetensors").read_bytes()))
    with pytest.raises(InvalidWeights, match="expected safetensors, got something else"):
        read_network(folder, card)


def _nan(tensors: dict[str, Tensor]) -> None:
    tensors["head.bias"][1] = float("nan")


def _infinite(tensors: dict[str, Tensor]) -> None:
    tensors["stem.norm.running_var"][0] = float("inf")


def _missing(tensors: dict[str, Tensor]) -> None:
    del tensors["head.bias"]


def _renamed(tensors: dict[str, Tensor]) -> None:
    tensors["tail.bias"] = tensors.pop("head.bias")


def _reshaped(tensors: dict[str, Tensor]) -> None:
    tensors["head.weight"] = tensors["head.weight"].T.contiguous()


def _retyped(tensors: dict[str, Tensor]) -> None:
    tensors["head.weight"] = tensors["head.weight"].double()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        pytest.param(_nan, "head.bias: expected finite numbers, got NaN", id="NaN"),
        pytest.param(_infinite, "stem.norm.running_var: expected finite", id="infinity"),
        pytest.param(_missing, r"1 missing \['head.bias'\] and 0 unknown", id="missing"),
        pytest.param(_renamed, r"1 missing .* and 1 unknown \['tail.bias'\]", id="renamed"),
        pytest.param(_reshaped, r"of shape \(3, 8\), got torch.float32 of shape \(8, 3\)", id="T"),
        pytest.param(_retyped, "head.weight: expected torch.float32 .* torch.float64", id="f64"),
    ],
)
def test_refuses_tensors_that_are_not_the_cards(
    tmp_path: Path, spoil: Callable[[dict[str, Tensor]], None], message: str
) -> None:
    folder = tiny_package(tmp_path)
    tensors = {k: value.contiguous() for k, value in tiny_network().state_dict().items()}
    spoil(tensors)
    card = _with_weights(folder, safetensors.torch.save(tensors))
    with pytest.raises(InvalidWeights, match=message):
        read_network(folder, card)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        pytest.param(
            {"class_names": ("a", "b", "c", "d")}, InvalidWeights, "head", id="another label"
        ),
        pytest.param(
            {"architecture": {"name": "alexnet", "arguments": {}}},
            InvalidCard,
            "architecture.name",
            id="another architecture",
        ),
        pytest.param(
            {
                "architecture": {
                    "name": "compact-resnet",
                    "arguments": {"widths": (4096,) * 8, "blocks": (8,) * 8},
                }
            },
            InvalidWeights,
            "expected the tensors of compact-resnet, got",
            id="a network of terabytes",
        ),
    ],
)
def test_refuses_a_card_that_is_not_the_weights(
    tmp_path: Path, changes: dict[str, Any], error: type[Exception], message: str
) -> None:
    folder = tiny_package(tmp_path)
    fields = msgspec.to_builtins(read_card(folder / "card.json")) | changes
    with pytest.raises(error, match=message):
        read_network(folder, msgspec.convert(fields, Card))


def test_refuses_a_wrong_count_of_parameters(tmp_path: Path) -> None:
    folder = tiny_package(tmp_path)
    card = read_card(folder / "card.json")
    wrong = msgspec.structs.replace(card.weights, parameter_count=5)
    with pytest.raises(InvalidWeights, match="expected 5 parameters, got"):
        read_network(folder, msgspec.structs.replace(card, weights=wrong))
