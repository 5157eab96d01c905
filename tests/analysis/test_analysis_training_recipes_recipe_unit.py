"""A recipe is fixed once it is made."""

import dataclasses

import pytest

from tests.analysis.tiny_models import TINY_RECIPE


def test_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        TINY_RECIPE.epochs = 3  # type: ignore[misc]  # that it may not be is what is tested


def test_can_be_varied() -> None:
    assert dataclasses.replace(TINY_RECIPE, epochs=3).epochs == 3
    assert TINY_RECIPE.epochs == 2
