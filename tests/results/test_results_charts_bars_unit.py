"""results.charts.bars: lengths of horizontal bars."""

import pytest

from results.charts import BAR_LENGTH, bars


def test_the_largest_value_fills_the_bar_and_the_others_are_in_proportion() -> None:
    drawn = bars(["a", "b", "c"], [1, 4, 2])
    assert [(one.label, one.value, one.length) for one in drawn] == [
        ("a", 1, BAR_LENGTH / 4),
        ("b", 4, BAR_LENGTH),
        ("c", 2, BAR_LENGTH / 2),
    ]


def test_no_data_and_nothing_at_all_have_no_length() -> None:
    assert [one.length for one in bars(["a", "b"], [None, 0])] == [0, 0]
    assert not bars([], [])


def test_a_given_top_shortens_every_bar() -> None:
    assert bars(["a"], [0.5], top=1)[0].length == BAR_LENGTH / 2


def test_refuses_labels_that_are_not_as_many_as_values() -> None:
    with pytest.raises(ValueError):
        bars(["a"], [1, 2])
