"""A pair knows where the two differ."""

import numpy as np

from results.comparing.comparison import Flip, Pair


def test_says_where_the_two_differ() -> None:
    ids = np.array([1, 2, 3])
    pair = Pair(np.arange(3, dtype=np.uint64), ids, np.array([1, 0, 3]), np.array([-1, 2, 3]))
    assert len(pair) == 3 and pair.flipped.tolist() == [False, True, False]


def test_says_in_which_way_a_flip_is_right_or_wrong() -> None:
    pair = Pair(
        sequences=np.arange(6, dtype=np.uint64),
        first_ids=np.array([1, 2, 3, 3, 1, 1]),
        second_ids=np.array([2, 1, 4, 3, 2, 1]),
        labels=np.array([1, 1, 1, 1, -1, 1]),
    )
    found = {kind: np.flatnonzero(pair.flipped_as(kind)).tolist() for kind in Flip}
    assert found == {Flip.ONLY_FIRST: [0], Flip.ONLY_SECOND: [1], Flip.BOTH_WRONG: [2]}
