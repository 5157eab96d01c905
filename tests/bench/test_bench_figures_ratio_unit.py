"""Ratios within a round."""

import pytest

from bench.figures import Spread, ratio


def test_forms_ratios_within_each_round() -> None:
    # The machine was ten times slower in the second round, for both alike.
    assert ratio([8.0, 0.8, 9.0], [10.0, 1.0, 10.0]) == Spread(0.8, 0.8, 0.9, 3)


def test_refuses_rounds_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratio([1.0, 2.0], [1.0])
