"""results.charts_profile.twin_histogram."""

import pytest

from results.charts_profile import twin_histogram


def test_columns_are_of_the_stream_and_the_line_is_of_the_baseline() -> None:
    chart = twin_histogram([0, 20, 80, 0], [0, 0, 50, 50])
    assert chart.top == 0.8
    assert [(one.share, one.known) for one in chart.columns] == [
        (0, 0),
        (0.2, 0),
        (0.8, 0.5),
        (0, 0.5),
    ]
    # A quarter of the top share is half as high.
    assert [(one.y, one.height) for one in chart.columns] == [(60, 0), (30, 30), (0, 60), (60, 0)]
    assert chart.known_path == "M0 60V60.00H25.00V60.00H50.00V12.57H75.00V12.57H100.00V60"
    assert (chart.columns[1].low, chart.columns[1].high) == (0.25, 0.5)


@pytest.mark.parametrize(("counts", "known"), [([1], [1, 2]), ([], [])])
def test_other_bins_are_refused(counts: list[int], known: list[int]) -> None:
    with pytest.raises(ValueError, match="expected counts in"):
        twin_histogram(counts, known)
