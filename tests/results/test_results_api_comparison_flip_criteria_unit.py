"""results.api.comparison.flip_criteria: what a query string narrows flips by."""

import pytest
from rest_framework.exceptions import ValidationError

from results.api.comparison import flip_criteria
from results.comparing.comparison import Flip
from results.comparing.flips import FlipCriteria


def test_takes_the_names_it_knows_and_leaves_the_others() -> None:
    assert flip_criteria({"kind": "", "after": "3", "with": "x"}) == FlipCriteria()
    found = flip_criteria({"kind": "both-wrong", "label": "2", "second_class_id": "1"})
    assert found == FlipCriteria(kind=Flip.BOTH_WRONG, label=2, second_class_id=1)


def test_refuses_a_kind_that_there_is_not() -> None:
    with pytest.raises(ValidationError):
        flip_criteria({"kind": "neither"})
