"""The interval is Wilson's, as scipy has it, and stays within 0 and 1."""

import pytest
from scipy import stats

from analysis.evaluation.statistics import wilson_interval


@pytest.mark.parametrize(
    ("right", "total"),
    [
        pytest.param(0, 1, id="the one was wrong"),
        pytest.param(1, 1, id="the one was right"),
        pytest.param(7, 9, id="a few"),
        pytest.param(9600, 10_000, id="96 % of ten thousand"),
        pytest.param(10_000, 10_000, id="all"),
    ],
)
def test_agrees_with_scipy(right: int, total: int) -> None:
    expected = stats.binomtest(right, total).proportion_ci(0.95, method="wilson")
    assert wilson_interval(right, total) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_is_some_four_tenths_of_a_point_at_96_percent() -> None:
    low, high = wilson_interval(9600, 10_000)
    assert (high - low) / 2 == pytest.approx(0.0038, abs=0.0001)


@pytest.mark.parametrize(
    ("right", "total"),
    [
        pytest.param(0, 0, id="of nothing"),
        pytest.param(3, 2, id="more than all"),
        pytest.param(-1, 2, id="less than none"),
    ],
)
def test_refuses_what_is_no_share(right: int, total: int) -> None:
    with pytest.raises(ValueError, match=f"got {right} of {total}"):
        wilson_interval(right, total)
