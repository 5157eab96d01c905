"""A table has a head, a rule and its rows."""

from analysis.evaluation.markdown import table


def test_has_a_line_for_each_row() -> None:
    lines = table(("a", "b"), iter([("1", "2"), ("3", "")])).splitlines()
    assert lines == ["| a | b |", "| --- | --- |", "| 1 | 2 |", "| 3 |  |"]


def test_may_have_no_rows() -> None:
    assert table(("a",), []) == "| a |\n| --- |"
