"""McNemar's exact test agrees with scipy's binomial test."""

import pytest
from scipy.stats import binomtest

from results.comparing.comparison import mcnemar_p_value


@pytest.mark.parametrize(
    ("only_first", "only_second"),
    [(10, 2), (2, 10), (0, 1), (0, 5), (7, 7), (1, 0), (131, 98), (4_000, 4_321), (30, 31)],
)
def test_agrees_with_the_binomial_test(only_first: int, only_second: int) -> None:
    expected = binomtest(only_first, only_first + only_second, 0.5).pvalue
    assert mcnemar_p_value(only_first, only_second) == pytest.approx(expected, rel=1e-9)


def test_says_nothing_where_no_frame_tells_them_apart() -> None:
    assert mcnemar_p_value(0, 0) is None


def test_does_not_overflow_over_a_million_frames() -> None:
    p_value = mcnemar_p_value(500_700, 499_300)
    assert p_value == pytest.approx(binomtest(500_700, 1_000_000, 0.5).pvalue, rel=1e-6)
    assert mcnemar_p_value(900_000, 100_000) == 0.0
