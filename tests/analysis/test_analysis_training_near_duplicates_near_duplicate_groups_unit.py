"""Groups are the connected parts of the graph of near-duplicates, as scipy finds them."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from analysis.training import near_duplicates
from analysis.training.near_duplicates import near_duplicate_groups


def _hashes(*bits: int) -> npt.NDArray[np.uint64]:
    return np.array([[low, 2**64 - 1] for low in bits], dtype=np.uint64)


def test_joins_what_differs_in_few_bits_and_what_lies_between() -> None:
    # 64 bits are equal; each next one has 5 more, so the ends are joined through the middle.
    hashes = _hashes(0, 0b11111, 0b1111111111, 2**40 - 1)
    assert near_duplicate_groups(hashes).tolist() == [0, 0, 0, 3]
    assert near_duplicate_groups(hashes, max_share=0.01).tolist() == [0, 1, 2, 3]


def test_joins_plain_pictures_only_with_equal_ones() -> None:
    assert near_duplicate_groups(np.zeros((2, 2), np.uint64)).tolist() == [0, 0]
    assert near_duplicate_groups(np.array([[0, 0], [0, 1]], np.uint64)).tolist() == [0, 1]


def test_finds_no_groups_among_nothing() -> None:
    assert near_duplicate_groups(np.zeros((0, 2), np.uint64)).shape == (0,)


def test_agrees_with_an_independent_implementation() -> None:
    assert near_duplicates._ROWS < 300  # pylint: disable=protected-access  # several blocks
    rng = np.random.default_rng(0)
    centres = rng.integers(0, 2**63, size=(60, 2), dtype=np.uint64)
    flips = np.uint64(1) << rng.integers(0, 64, size=(300, 2), dtype=np.uint64)
    hashes = centres[rng.integers(0, 60, size=300)] ^ flips
    rows, columns = hashes[:, None], hashes[None]
    differing = np.bitwise_count(rows ^ columns).sum(axis=-1)
    either = np.bitwise_count(rows | columns).sum(axis=-1)
    _, components = connected_components(csr_array(differing <= 0.04 * either))
    expected = np.array([np.argmax(components == component) for component in components])
    assert 60 < len(set(expected.tolist())) < 300
    assert near_duplicate_groups(hashes, max_share=0.04).tolist() == expected.tolist()
