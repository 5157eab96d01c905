"""The card is written as it will be read, and the page beside it where there is one to write."""

from pathlib import Path

import pytest

from analysis.classifiers.card import read_card
from analysis.errors import InvalidCard
from analysis.evaluation.model_card import render_model_card
from analysis.evaluation.recording import write_record
from tests.analysis.tiny_models import tiny_card
from tests.analysis.tiny_records import tiny_evaluation, tiny_run


def test_writes_card_and_page(tmp_path: Path) -> None:
    card = write_record(tmp_path, tiny_card(format=2, evaluation=tiny_evaluation()))
    assert read_card(tmp_path / "card.json") == card
    assert (tmp_path / "README.md").read_text("utf-8") == render_model_card(card)


def test_writes_no_page_without_a_whole_evaluation(tmp_path: Path) -> None:
    write_record(tmp_path, tiny_card())
    assert [path.name for path in tmp_path.iterdir()] == ["card.json"]


def test_writes_nothing_that_could_not_be_read(tmp_path: Path) -> None:
    with pytest.raises(InvalidCard, match=r"runs: expected distinct seeds, got \[1, 1\]"):
        write_record(tmp_path, tiny_card(format=2, runs=(tiny_run(1), tiny_run(1))))
    assert not list(tmp_path.iterdir())
