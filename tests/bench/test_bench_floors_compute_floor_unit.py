"""A classifier on pictures from memory."""

import numpy as np
import pytest
from numpy.typing import NDArray

from bench import floors
from bench.client import INSTANT, Order
from bench.floors import BATCHES, compute_floor


def test_shows_every_picture_in_every_batch_size(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    class _Counting:
        def predict(self, images: NDArray[np.uint8]) -> None:
            """Take note of how many."""
            seen.append(len(images))

    monkeypatch.setattr(floors, "classifier_for", lambda order: _Counting())
    images = np.zeros((300, 2, 2), dtype=np.uint8)
    rate = compute_floor(Order(server="", classifier=INSTANT, count=1), images)
    assert rate > 0
    # The first of each size wakes it up and is not measured.
    assert sum(seen) == len(BATCHES) * 300 + sum(BATCHES)
    assert max(seen) == max(BATCHES)
