"""A card is read from its file, and every refusal names the file."""

from pathlib import Path

import msgspec
import pytest

from analysis.classifiers.card import MAX_CARD_BYTES, read_card
from analysis.errors import InvalidCard
from tests.analysis.tiny_models import tiny_card, tiny_card_fields


def test_reads_a_card(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    path.write_bytes(msgspec.json.encode(tiny_card_fields()))
    assert read_card(path) == tiny_card()


def test_refuses_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidCard, match="card.json: expected a card, got No such file"):
        read_card(tmp_path / "card.json")


def test_refuses_a_file_beyond_any_card(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    path.write_bytes(b" " * (MAX_CARD_BYTES + 1))
    with pytest.raises(InvalidCard, match=f"expected at most {MAX_CARD_BYTES} bytes"):
        read_card(path)


def test_names_the_file_beside_the_field(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    path.write_bytes(b'{"format": 9}')
    with pytest.raises(InvalidCard, match=r"card\.json: format: expected 1, 2 or 3, got 9"):
        read_card(path)
