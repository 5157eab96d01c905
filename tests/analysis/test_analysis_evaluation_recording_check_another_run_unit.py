"""Only the same training with another seed counts as another run."""

from typing import Any

import pytest

from analysis.errors import TrainingError
from analysis.evaluation.recording import check_another_run
from tests.analysis.tiny_models import tiny_card, tiny_training


def _check(**changes: Any) -> None:
    training = tiny_training(**({"seed": 1} | changes))
    check_another_run(tiny_card(), tiny_card(name="other", training=training))


def test_takes_the_same_training_with_another_seed() -> None:
    _check()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"recipe": "big"}, "the recipe of tiny, tiny, got big", id="recipe"),
        pytest.param({"trained_on": "all"}, "the trained_on of tiny, train, got all", id="part"),
        pytest.param({"seed": 0}, "another seed than that of tiny, got 0 too", id="seed"),
    ],
)
def test_names_what_differs(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(TrainingError, match=f"other: expected {message}"):
        _check(**changes)
