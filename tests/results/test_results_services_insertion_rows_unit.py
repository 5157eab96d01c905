"""results.services.insertion.Rows."""

from uuid import UUID

import numpy as np
import pytest

from results.services.insertion import NewPredictions, Rows
from tests.results.conftest import make_batch

ONE, OTHER = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize("labelled", [True, False])
def test_holds_the_rows_of_every_part_in_order(labelled: bool) -> None:
    parts = [
        NewPredictions(uuid, make_batch(count, start=start), _labels(count) if labelled else None)
        for uuid, count, start in ((ONE, 3, 0), (OTHER, 1, 50), (ONE, 2, 3))
    ]
    rows = Rows.of(parts)
    assert (rows.session_uuids, rows.lengths) == ([ONE, OTHER, ONE], [3, 1, 2])
    assert rows.batch.sequences.tolist() == [0, 1, 2, 50, 3, 4]
    for name in ("probabilities", "latencies_ms"):
        together = np.concatenate([getattr(part.batch, name) for part in parts])
        assert np.array_equal(getattr(rows.batch, name), together)
    assert rows.labels is None if not labelled else rows.labels is not None
    if rows.labels is not None:
        assert rows.labels.tolist() == [0, 1, 2, 0, 0, 1]


def _labels(count: int) -> "np.typing.NDArray[np.uint8]":
    return np.arange(count, dtype=np.uint8)
