"""A card says how its weights came about, or it is said that it does not."""

import pytest

from analysis.classifiers.card import training_of
from analysis.errors import ClassifierError
from tests.analysis.tiny_models import tiny_card


def test_gives_the_record() -> None:
    assert training_of(tiny_card()).recipe == "tiny"


def test_names_the_card_that_has_none() -> None:
    with pytest.raises(ClassifierError, match="tiny: expected a card that says how it was trained"):
        training_of(tiny_card(format=2, training=None))
