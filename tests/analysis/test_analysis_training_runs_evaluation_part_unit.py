"""A package is evaluated on what its training never saw."""

from typing import Any

import numpy as np
import pytest

from analysis.classifiers.card import Card
from analysis.errors import TrainingError
from analysis.training import data
from analysis.training.runs import evaluation_part, split
from tests.analysis.tiny_models import TINY_RECIPE, stripes, tiny_card, tiny_card_fields


@pytest.fixture(autouse=True)
def stripes_dataset(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dataset called stripes."""
    sizes = {"train": 120, "test": 12}
    monkeypatch.setattr(data, "DATASETS", {"stripes": lambda name: stripes(sizes[name])})


def _card(**changes: Any) -> Card:
    return tiny_card(training=tiny_card_fields()["training"] | changes)


def test_gives_the_test_split() -> None:
    assert len(evaluation_part(_card(), "test")) == 12


def test_gives_what_training_kept_back() -> None:
    _, kept_back = split(stripes(120), TINY_RECIPE, seed=4)
    assert np.array_equal(evaluation_part(_card(seed=4), "validation").images, kept_back.images)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"trained_on": "all"}, id="trained on everything"),
        pytest.param({"hyperparameters": {}}, id="not recorded"),
    ],
)
def test_refuses_when_nothing_was_kept_back(changes: dict[str, Any]) -> None:
    with pytest.raises(TrainingError, match="it kept nothing back"):
        evaluation_part(_card(**changes), "validation")


def test_refuses_a_dataset_that_is_not_known() -> None:
    with pytest.raises(TrainingError, match="expected one of stripes, got 'soup'"):
        evaluation_part(_card(dataset="soup"), "test")
