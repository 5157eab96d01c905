"""The curve has a few rows at even distances, the first and the last among them."""

import pytest

from analysis.training.training_log import CURVE_ROWS, curve_epochs


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        pytest.param(1, [1], id="one"),
        pytest.param(2, [1, 2], id="two"),
        pytest.param(10, list(range(1, 11)), id="all of them"),
        pytest.param(18, [1, 2, 4, 6, 8, 10, 12, 14, 16, 18], id="every other"),
        pytest.param(50, [1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50], id="every fifth"),
        pytest.param(99, [1, *range(10, 100, 10), 99], id="a last one off the grid"),
    ],
)
def test_takes_round_distances(count: int, expected: list[int]) -> None:
    assert curve_epochs(count) == expected


@pytest.mark.parametrize("count", range(1, 1200, 7))
def test_is_never_long(count: int) -> None:
    epochs = curve_epochs(count)
    assert epochs[0] == 1 and epochs[-1] == count and len(epochs) <= CURVE_ROWS + 2
