"""Which classifiers a worker offers."""

from pathlib import Path

import pytest

from analysis.classifiers.card import CARD_FILE
from analysis.errors import InvalidCard, UnknownClassifier
from analysis.worker import offered
from tests.analysis.tiny_models import tiny_package


def test_offers_every_package(tmp_path: Path) -> None:
    for name in ("one", "two"):
        tiny_package(tmp_path, name)
    assert [offer.name for offer in offered(tmp_path)] == ["one", "two"]


def test_offers_only_those_named(tmp_path: Path) -> None:
    for name in ("one", "two"):
        tiny_package(tmp_path, name)
    assert [offer.name for offer in offered(tmp_path, ["two"])] == ["two"]


def test_leaves_out_a_package_whose_card_is_broken(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tiny_package(tmp_path, "good")
    (tiny_package(tmp_path, "bad") / CARD_FILE).write_text("{")
    assert [offer.name for offer in offered(tmp_path)] == ["good"]
    assert "bad is not offered" in caplog.text


def test_refuses_a_named_package_whose_card_is_broken(tmp_path: Path) -> None:
    (tiny_package(tmp_path, "bad") / CARD_FILE).write_text("{")
    with pytest.raises(InvalidCard):
        offered(tmp_path, ["bad"])


def test_refuses_a_name_that_is_not_there(tmp_path: Path) -> None:
    tiny_package(tmp_path, "one")
    with pytest.raises(UnknownClassifier, match="'three'"):
        offered(tmp_path, ["three"])


def test_refuses_to_offer_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnknownClassifier, match="expected one or more in .*, got none"):
        offered(tmp_path)
