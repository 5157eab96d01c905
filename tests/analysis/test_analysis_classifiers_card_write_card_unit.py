"""A card is written as JSON that people can read and ``read_card`` gives back."""

from pathlib import Path

import msgspec
import pytest

from analysis.classifiers.card import read_card, write_card
from analysis.errors import InvalidCard
from tests.analysis.tiny_models import tiny_card


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_writes_what_is_read_back_unchanged(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "card.json"
    write_card(path, tiny_card(mode))
    assert read_card(path) == tiny_card(mode)
    assert path.read_text(encoding="utf-8").startswith('{\n  "format": 1,\n')


@pytest.mark.parametrize(
    "temperature",
    [pytest.param(float("inf"), id="infinite"), pytest.param(-1.0, id="negative")],
)
def test_refuses_a_card_that_could_not_be_read_back(tmp_path: Path, temperature: float) -> None:
    path = tmp_path / "card.json"
    card = msgspec.structs.replace(tiny_card(), temperature=temperature)
    with pytest.raises(InvalidCard, match="temperature"):
        write_card(path, card)
    assert not path.exists()
