"""A pair knows where the two differ."""

import numpy as np

from results.comparison import Pair


def test_says_where_the_two_differ() -> None:
    ids = np.array([1, 2, 3])
    pair = Pair(np.arange(3, dtype=np.uint64), ids, np.array([1, 0, 3]), np.array([-1, 2, 3]))
    assert len(pair) == 3 and pair.flipped.tolist() == [False, True, False]
