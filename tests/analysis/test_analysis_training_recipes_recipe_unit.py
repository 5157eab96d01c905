"""A recipe is fixed once it is made."""

import dataclasses
from typing import Any

import pytest

from analysis.errors import TrainingError
from tests.analysis.tiny_models import TINY_RECIPE, stripes


def test_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        TINY_RECIPE.epochs = 3  # type: ignore[misc]  # that it may not be is what is tested


def test_can_be_varied() -> None:
    assert dataclasses.replace(TINY_RECIPE, epochs=3).epochs == 3
    assert TINY_RECIPE.epochs == 2


def test_takes_pictures_as_they_come_unless_it_says_otherwise() -> None:
    as_it_comes = TINY_RECIPE.wanted_input(stripes(3))
    assert (as_it_comes.height, as_it_comes.width, as_it_comes.mode) == (8, 10, "L")
    recipe = dataclasses.replace(TINY_RECIPE, input_size_hw=(5, 7), input_mode="RGB")
    for wanted in (recipe.wanted_input(stripes(3)), recipe.wanted_input()):
        assert wanted.image_shape == (5, 7, 3)


@pytest.mark.parametrize("changes", [{}, {"input_size_hw": (5, 7)}, {"input_mode": "L"}])
def test_must_say_what_to_make_of_pictures_of_any_size(changes: Any) -> None:
    with pytest.raises(TrainingError, match="expected one with 'input_size_hw' and 'input_mode'"):
        dataclasses.replace(TINY_RECIPE, **changes).wanted_input()
