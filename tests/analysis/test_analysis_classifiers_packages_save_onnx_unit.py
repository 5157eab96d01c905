"""A package of ONNX weights is written with its hash in the card."""

import hashlib
from pathlib import Path

import pytest

from analysis.classifiers.card import Weights, read_card
from analysis.classifiers.packages import save_onnx
from analysis.errors import InvalidCard
from tests.analysis.tiny_models import tiny_card


def test_fills_in_the_hash(tmp_path: Path) -> None:
    weights = Weights(format="onnx", sha256="0" * 64, parameter_count=7)
    card = save_onnx(tmp_path / "tiny", b"onnx", tiny_card(format=2, weights=weights))
    assert card.weights.sha256 == hashlib.sha256(b"onnx").hexdigest()
    assert card.weights.parameter_count == 7
    assert read_card(tmp_path / "tiny" / "card.json") == card
    assert (tmp_path / "tiny" / "model.onnx").read_bytes() == b"onnx"


def test_refuses_a_card_of_other_weights(tmp_path: Path) -> None:
    with pytest.raises(InvalidCard, match="weights.format: expected onnx, got safetensors"):
        save_onnx(tmp_path / "tiny", b"onnx", tiny_card())
    assert not list(tmp_path.iterdir())
