"""Runs of consecutive sequences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.ledger import ranges_of


@pytest.mark.parametrize(
    ("sequences", "ranges"),
    [
        pytest.param([], (), id="none"),
        pytest.param([7], ((7, 7),), id="one"),
        pytest.param([3, 2, 1], ((1, 3),), id="unordered"),
        pytest.param([1, 1, 2, 2], ((1, 2),), id="repeated"),
        pytest.param([0, 2], ((0, 0), (2, 2)), id="gap"),
    ],
)
def test_gives_first_and_last_of_each_run(
    sequences: list[int], ranges: tuple[tuple[int, int], ...]
) -> None:
    assert ranges_of(sequences) == ranges


@given(st.sets(st.integers(0, 60)))
def test_covers_exactly_what_it_was_given(sequences: set[int]) -> None:
    ranges = ranges_of(sequences)
    covered = [number for first, last in ranges for number in range(first, last + 1)]
    assert covered == sorted(sequences)
    assert all(
        later[0] > earlier[1] + 1 for earlier, later in zip(ranges, ranges[1:], strict=False)
    )
