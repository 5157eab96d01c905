"""Only a package of the same recipe and dataset passes; what differs is named."""

from typing import Any

import msgspec
import pytest

from analysis.errors import ClassifierError, TrainingError
from analysis.evaluation.recording import check_same_recipe
from tests.analysis.tiny_models import tiny_card, tiny_training


def _other(training: dict[str, Any] | None = None, **changes: Any) -> Any:
    return tiny_card(name="other", training=tiny_training(**(training or {})), **changes)


def test_takes_another_seed_of_all_pictures_normalised_by_them() -> None:
    taken = tiny_card().input
    other = msgspec.structs.replace(
        _other({"seed": 1, "trained_on": "all", "images": 120, "sha256": "9" * 64}),
        input=msgspec.structs.replace(taken, mean=(0.26,)),
    )
    check_same_recipe(tiny_card(), other)


def test_takes_tuples_for_the_lists_that_json_makes_of_them() -> None:
    own = tiny_card(training=tiny_training(hyperparameters={"widths": (4, 8)}))
    check_same_recipe(own, _other({"hyperparameters": {"widths": [4, 8]}}))


@pytest.mark.parametrize(
    ("training", "message"),
    [
        pytest.param({"recipe": "big"}, "the recipe of tiny, tiny, got big", id="recipe"),
        pytest.param(
            {"hyperparameters": {"validation_count": 9}},
            "the hyperparameters.validation_count of tiny, 30, got 9",
            id="another value",
        ),
        pytest.param(
            {"hyperparameters": {}},
            "the hyperparameters.validation_count of tiny, 30, got None",
            id="value left out",
        ),
        pytest.param({"epochs": 9}, "the epochs of tiny, 2, got 9", id="epochs"),
        pytest.param({"dataset": "dots"}, "the dataset of tiny, stripes, got", id="dataset"),
    ],
)
def test_names_what_differs_in_training(training: dict[str, Any], message: str) -> None:
    with pytest.raises(TrainingError, match=f"other: expected {message}"):
        check_same_recipe(tiny_card(), _other(training))


@pytest.mark.parametrize(
    ("field", "other"),
    [
        pytest.param("class_names", _other(class_names=("a", "b", "c")), id="classes"),
        pytest.param("input", tiny_card("RGB", name="other"), id="input"),
        pytest.param(
            "architecture",
            _other(architecture={"name": "cifar-resnet", "arguments": {}}),
            id="architecture",
        ),
    ],
)
def test_names_what_differs_in_the_network(field: str, other: Any) -> None:
    with pytest.raises(TrainingError, match=f"other: expected the {field} of tiny, "):
        check_same_recipe(tiny_card(), other)


def test_needs_to_know_how_both_were_trained() -> None:
    unknown = tiny_card(name="foreign", format=2, training=None)
    for one, other in ((tiny_card(), unknown), (unknown, tiny_card())):
        with pytest.raises(ClassifierError, match="foreign: expected a card that says how"):
            check_same_recipe(one, other)
