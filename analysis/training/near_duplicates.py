"""Pictures that are nearly the same, found by perceptual hash (pure).

Two shots of one thing, or one picture saved twice, must not lie on both sides of a split: what
is measured on the second would be remembered from the first.
"""

import numpy as np
import numpy.typing as npt
from PIL import Image

# Of the bits that either picture has. Saved smaller and at low quality, 19 of 20 photographs
# change fewer; a count instead of a share would find any two plain pictures alike.
MAX_SHARE = 0.1
_SIDE = 9
# Less than this many grey levels is noise, which would make random bits of flat areas.
_STEP = 2
# Pairs are compared in blocks of this many rows, so that memory stays flat.
_ROWS = 128

Hashes = npt.NDArray[np.uint64]


def difference_hash(picture: npt.NDArray[np.uint8]) -> Hashes:
    """128 bits that tell, on an 8 by 8 grid, where it gets darker to the right and downwards.

    The difference hash (Krawetz 2013) in both directions.

    Args:
        picture: uint8, (H, W) grey or (H, W, 3) RGB.

    Returns:
        uint64, (2,): the bits to the right, and those downwards.
    """
    small = Image.fromarray(picture).convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    grey = np.asarray(small, dtype=np.int16)
    corner = grey[:-1, :-1]
    bits = np.stack([corner - grey[:-1, 1:] >= _STEP, corner - grey[1:, :-1] >= _STEP])
    return np.packbits(bits.reshape(2, 64), axis=1).view(np.uint64)[:, 0]


def near_duplicate_groups(hashes: Hashes, *, max_share: float = MAX_SHARE) -> npt.NDArray[np.int64]:
    """Which pictures belong together, because their hashes or those between them nearly agree.

    Every pair is compared: the time grows with the square of N, a few seconds for 20,000.

    Args:
        hashes: uint64, (N, 2).
        max_share: near-duplicates differ in at most this share of the bits that either has.

    Returns:
        int64, (N,): the index of the first picture of each one's group, its own where it is alone.
    """
    parents = list(range(len(hashes)))

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]  # halves the way for the next who asks
            index = parents[index]
        return index

    for start in range(0, len(hashes), _ROWS):
        rows, others = hashes[start : start + _ROWS, None], hashes[None, start:]
        differing, either = _count(rows ^ others), _count(rows | others)
        for row, other in np.argwhere(differing <= max_share * either).tolist():
            first, second = sorted((root(start + row), root(start + other)))
            parents[second] = first
    return np.array([root(index) for index in range(len(hashes))], dtype=np.int64)


def _count(bits: Hashes) -> npt.NDArray[np.uint8]:
    """How many bits are set in each pair of words, (..., 2) to (...)."""
    counts: npt.NDArray[np.uint8] = np.bitwise_count(bits[..., 0]) + np.bitwise_count(bits[..., 1])
    return counts
