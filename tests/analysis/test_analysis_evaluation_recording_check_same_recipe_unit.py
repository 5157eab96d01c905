"""Only the same training with another seed counts as another run."""

from typing import Any

import msgspec
import pytest

from analysis.errors import TrainingError
from analysis.evaluation.recording import check_same_recipe
from tests.analysis.tiny_models import tiny_card


def _other(**changes: Any) -> Any:
    card = tiny_card(name="other")
    training = msgspec.structs.replace(card.training, **{"seed": 1, **changes})
    return msgspec.structs.replace(card, training=training)


def test_takes_the_same_training_with_another_seed() -> None:
    check_same_recipe(tiny_card(), _other())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"recipe": "big"}, "expected the recipe of tiny, tiny, got big", id="recipe"),
        pytest.param({"hyperparameters": {}}, "the hyperparameters of", id="hyper-parameters"),
        pytest.param({"epochs": 9}, "the epochs of tiny, 2, got 9", id="epochs"),
        pytest.param({"dataset": "dots"}, "the dataset of tiny, stripes, got", id="dataset"),
        pytest.param({"trained_on": "all"}, "the trained_on of tiny, train, got all", id="part"),
        pytest.param({"seed": 0}, "expected another seed than that of tiny, got 0", id="seed"),
    ],
)
def test_names_what_differs(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(TrainingError, match=f"run other: .*{message}"):
        check_same_recipe(tiny_card(), _other(**changes))
