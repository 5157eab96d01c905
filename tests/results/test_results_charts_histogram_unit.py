"""results.charts.Histogram and histogram: where the columns stand."""

import pytest

from results.charts import HISTOGRAM_HEIGHT, HISTOGRAM_WIDTH, histogram


def test_columns_stand_on_the_axis_inside_the_box_in_order() -> None:
    chart = histogram([0, 0.5, 1], [5, 10])
    assert chart.top == 10
    first, second = chart.columns
    assert (first.height, second.height) == (HISTOGRAM_HEIGHT / 2, HISTOGRAM_HEIGHT)
    assert first.y + first.height == second.y + second.height == HISTOGRAM_HEIGHT
    assert 0 < first.x < first.x + first.width < second.x
    assert second.x + second.width < HISTOGRAM_WIDTH
    assert (second.low, second.high, second.count) == (0.5, 1, 10)


def test_an_empty_bin_has_no_height_and_no_bins_give_no_columns() -> None:
    assert histogram([0, 1], [0]).columns[0].height == 0
    assert not histogram([], []).columns


def test_refuses_edges_that_do_not_enclose_the_counts() -> None:
    with pytest.raises(ValueError, match="2 counts need 3 edges, got 2"):
        histogram([0, 1], [1, 2])
