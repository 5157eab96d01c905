"""Median and extremes of the rounds."""

import pytest

from bench.figures import Spread, spread_of


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param([2.0], Spread(2.0, 2.0, 2.0, 1), id="one round"),
        pytest.param([3.0, 1.0], Spread(2.0, 1.0, 3.0, 2), id="an even number"),
        pytest.param(iter([9.0, 1.0, 2.0]), Spread(2.0, 1.0, 9.0, 3), id="an outlier"),
    ],
)
def test_takes_the_median_and_the_extremes(values: list[float], expected: Spread) -> None:
    assert spread_of(values) == expected


def test_refuses_no_values() -> None:
    with pytest.raises(ValueError, match="a value at least"):
        spread_of([])
