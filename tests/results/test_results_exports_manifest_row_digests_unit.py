"""results.exports.manifest.RowDigests: digests of rows, however they come."""

import hashlib

import numpy as np
import pytest

from results.exports.manifest import ROWS_A_DIGEST, ExportRows, RowDigests, row_type


def _rows(count: int) -> ExportRows:
    rows = np.zeros(count, dtype=row_type(3))
    rows["sequence"] = np.arange(count)
    return rows


@pytest.mark.parametrize("step", [1, 7, ROWS_A_DIGEST, 2500, 5000])
def test_it_does_not_matter_in_how_many_batches_rows_come(step: int) -> None:
    rows = _rows(2500)
    digests = RowDigests()
    for first in range(0, len(rows), step):
        digests.add(rows[first : first + step])
    content = rows.tobytes()
    size = ROWS_A_DIGEST * rows.itemsize
    parts = [content[place : place + size] for place in range(0, len(content), size)]
    assert len(digests) == 2500
    assert digests.all() == hashlib.sha256(content).hexdigest()
    assert digests.parts() == [hashlib.sha256(part).hexdigest() for part in parts]


def test_no_rows_have_no_parts() -> None:
    assert (len(RowDigests()), RowDigests().parts()) == (0, [])


def test_a_row_is_packed_as_the_manual_says() -> None:
    assert row_type(10).itemsize == 8 + 2 + 2 + 8 + 8 + 10 * 4
