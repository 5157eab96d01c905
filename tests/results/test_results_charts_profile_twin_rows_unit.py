"""results.charts_profile.twin_rows."""

import pytest

from results.charts_profile import twin_rows


def test_both_bars_are_drawn_to_one_scale() -> None:
    rows = twin_rows(["a", "b"], [30, 10], [100, 100])
    assert [(row.label, row.share, row.known) for row in rows] == [
        ("a", 0.75, 0.5),
        ("b", 0.25, 0.5),
    ]
    assert [(row.length, row.known_length) for row in rows] == [(100, 66.667), (33.333, 66.667)]


def test_without_frames_there_is_no_length() -> None:
    assert [(row.share, row.length) for row in twin_rows(["a"], [0], [5])] == [(0, 0)]
    assert twin_rows(["a"], [0], [0])[0].known_length == 0


def test_needs_as_many_of_each() -> None:
    with pytest.raises(ValueError):
        twin_rows(["a"], [1, 2], [1])
