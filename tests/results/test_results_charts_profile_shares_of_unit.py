"""results.charts_profile.shares_of."""

from results.charts_profile import shares_of


def test_shares_add_up_to_one() -> None:
    assert shares_of([1, 3]) == [0.25, 0.75]


def test_of_nothing_they_are_nothing() -> None:
    assert shares_of([0, 0]) == [0, 0]
