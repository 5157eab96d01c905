"""results.pages.comparison.points: differences of fractions, with their sign."""

import pytest

from results.pages.comparison import points


@pytest.mark.parametrize(
    ("difference", "text"),
    [
        pytest.param(0.0123, "+1.23 points", id="more"),
        pytest.param(-1.0, "−100.00 points", id="less"),
        pytest.param(0.00001, "0 points", id="less than is shown"),
    ],
)
def test_reads_as_percentage_points(difference: float, text: str) -> None:
    assert points(difference).replace("\u202f", " ") == text
