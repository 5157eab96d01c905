"""results.blocks.pack and unpack."""

import numpy as np
import pytest

from results.blocks import BLOCK_FRAMES, NO_LABEL, pack, unpack


def test_gives_back_what_was_packed() -> None:
    sequences = np.array([BLOCK_FRAMES + 3, 2 * BLOCK_FRAMES - 1], dtype=np.uint64)
    confidences = np.array([0.1, 0.9], dtype=np.float32)
    rows = unpack(pack(sequences, np.array([7, 32_767]), [None, 4], confidences).tobytes())
    assert rows["offset"].tolist() == [3, BLOCK_FRAMES - 1]
    assert rows["class_id"].tolist() == [7, 32_767]
    assert rows["label"].tolist() == [NO_LABEL, 4]
    assert rows["confidence"].tolist() == confidences.tolist()


@pytest.mark.parametrize(
    ("sequences", "named"),
    [
        pytest.param([], "none", id="nothing"),
        pytest.param([BLOCK_FRAMES - 1, BLOCK_FRAMES], f"{BLOCK_FRAMES - 1} to", id="of two"),
    ],
)
def test_refuses_what_is_no_block(sequences: list[int], named: str) -> None:
    count = len(sequences)
    with pytest.raises(ValueError, match=named):
        given = np.array(sequences, dtype=np.uint64)
        pack(given, np.zeros(count, dtype=int), [0] * count, np.zeros(count))
