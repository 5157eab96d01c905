"""Which pictures of a split make a dataset: drawn by seed, in flat memory."""

from collections.abc import Iterator

import numpy as np
from numpy.random.mtrand import RandomState  # pylint: disable=no-name-in-module  # compiled
from numpy.typing import NDArray

MAX_SEED = 2**32 - 1


def draw_indices(
    population: int, count: int, *, seed: int, block: int = 4096
) -> Iterator[NDArray[np.int64]]:
    """``count`` indices below ``population``: one random order of all, then another, and so on.

    The same arguments draw the same indices. A larger ``count`` continues a smaller one's draw.

    Args:
        population: how many there are to draw from, at least 1.
        count: how many to draw, at least 0; it may be larger than ``population``.
        seed: from 0 to ``MAX_SEED``.
        block: the length of the longest array that is yielded, at least 1.

    Yields:
        int64 arrays of indices, ``count`` in all.

    Raises:
        ValueError: an argument is out of range; says which.

    >>> [block.tolist() for block in draw_indices(3, 5, seed=0)]
    [[2, 1, 0], [2, 0]]
    """
    if population < 1 or count < 0 or block < 1 or not 0 <= seed <= MAX_SEED:
        raise ValueError(
            f"expected population >= 1, count >= 0, block >= 1, seed 0 to {MAX_SEED}; "
            f"got {population}, {count}, {block}, {seed}"
        )
    # The old generator, because NumPy promises that its draws never change between releases;
    # of the new one's it does not.
    generator = RandomState(seed)
    while count > 0:
        order = generator.permutation(population)[:count].astype(np.int64)
        for begin in range(0, len(order), block):
            yield order[begin : begin + block]
        count -= len(order)
