"""results.exports.row_tally.RowTally: what rows add up to, against other ways of counting."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix

from results.blocks import NO_LABEL
from results.exports.manifest import ExportRows, row_type
from results.exports.row_tally import RowTally
from results.summary import compare, summarise
from tests.results.conftest import CLASS_NAMES, make_batch


def _rows(count: int) -> ExportRows:
    batch = make_batch(count)
    rows = np.zeros(count, dtype=row_type(len(CLASS_NAMES)))
    rows["sequence"], rows["class_id"] = batch.sequences, batch.class_ids
    rows["confidence"], rows["latency_ms"] = batch.confidences, batch.latencies_ms
    rows["probabilities"] = batch.probabilities
    rows["label"] = np.where(np.arange(count) % 4 == 0, NO_LABEL, np.arange(count) % 10)
    return rows


def test_gives_the_summary_and_metrics_of_all_rows_at_once() -> None:
    rows = _rows(500)
    tally = RowTally(CLASS_NAMES)
    for first in range(0, 500, 33):
        assert tally.add(rows[first : first + 33]) is None
    found = tally.tallied()
    labelled = rows[rows["label"] != NO_LABEL]
    assert found["rows"] == 500
    assert not compare(found["summary"], summarise(make_batch(500), CLASS_NAMES))
    assert found["metrics"]["accuracy"] == pytest.approx(
        accuracy_score(labelled["label"], labelled["class_id"])
    )
    matrix = confusion_matrix(labelled["label"], labelled["class_id"], labels=range(10))
    assert found["metrics"]["confusion_matrix"] == matrix.tolist()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("class_id", 10, id="class"),
        pytest.param("label", 10, id="label"),
        pytest.param("confidence", np.nan, id="confidence"),
        pytest.param("latency_ms", np.inf, id="latency"),
    ],
)
def test_a_row_that_cannot_be_added_up_is_named(field: str, value: float) -> None:
    rows = _rows(5)
    rows[field][3] = value
    tally = RowTally(CLASS_NAMES)
    assert tally.add(rows) == 3
    assert tally.tallied()["rows"] == 5
    assert tally.tallied()["summary"]["frames"] == 4
