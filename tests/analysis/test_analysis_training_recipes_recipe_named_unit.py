"""Recipes go by name."""

import pytest

from analysis.errors import TrainingError
from analysis.training.recipes import RECIPES, recipe_named


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_gives_a_recipe_that_makes_sense(name: str) -> None:
    recipe = recipe_named(name)
    assert recipe.epochs >= 1 and recipe.batch_size >= 1
    assert len(recipe.widths) == len(recipe.blocks)
    assert recipe.erasing_area[0] <= recipe.erasing_area[1] <= 1


def test_lists_those_there_are_for_an_unknown_name() -> None:
    with pytest.raises(TrainingError, match="expected one of .*fashion-cnn.*, got 'soup'"):
        recipe_named("soup")
