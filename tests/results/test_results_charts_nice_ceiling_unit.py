"""results.charts.nice_ceiling: where an axis ends."""

import pytest

from results.charts import nice_ceiling


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(0, 1, id="nothing"),
        pytest.param(0.2, 1, id="below one"),
        pytest.param(7, 7, id="small whole number"),
        pytest.param(10, 10, id="ten"),
        pytest.param(11, 15, id="above ten"),
        pytest.param(50, 50, id="itself nice"),
        pytest.param(213, 250, id="hundreds"),
        pytest.param(80_001, 100_000, id="next magnitude"),
    ],
)
def test_gives_the_next_round_number(value: float, expected: int) -> None:
    assert nice_ceiling(value) == expected
