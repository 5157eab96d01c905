"""Mean and sample deviation over seeds; one seed has no deviation."""

import statistics

import pytest

from analysis.evaluation.statistics import mean_and_deviation


def test_agrees_with_the_standard_library() -> None:
    values = [0.9512, 0.9534, 0.9498, 0.9521, 0.9507]
    mean, deviation = mean_and_deviation(values)
    assert mean == pytest.approx(statistics.mean(values))
    assert deviation == pytest.approx(statistics.stdev(values))


def test_gives_no_deviation_of_one_value() -> None:
    assert mean_and_deviation([0.5]) == (0.5, None)


def test_refuses_no_values() -> None:
    with pytest.raises(ValueError, match="expected at least 1, got 0"):
        mean_and_deviation([])
