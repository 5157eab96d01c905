"""results.blocks.summary_of, against plain counting."""

from collections import Counter

import numpy as np

from results.blocks import pack, summary_of


def test_the_tally_is_that_of_plain_counting() -> None:
    random = np.random.default_rng(0)
    labels = [None if label == 10 else label for label in random.integers(0, 11, 500).tolist()]
    class_ids, confidences = random.integers(0, 300, 500), random.random(500)
    rows = pack(np.arange(500, dtype=np.uint64), class_ids, labels, confidences)
    counted = Counter(zip(labels, class_ids.tolist(), strict=True))
    tally = summary_of(0, rows).tally
    assert {(label, class_id): frames for label, class_id, frames in tally} == counted
    assert sum(frames for _, _, frames in tally) == 500
