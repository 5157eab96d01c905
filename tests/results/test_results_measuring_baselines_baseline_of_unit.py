"""results.measuring.baselines.baseline_of: cards come from clients, and may hold anything."""

from typing import Any

import pytest

from results.measuring.baselines import baseline_of
from tests.results.conftest import make_baseline


def test_reads_the_baseline_of_a_card() -> None:
    record = make_baseline()
    found = baseline_of(record, 10)
    assert found is not None
    assert (found.dataset, found.part, found.images) == ("fashion-mnist", "validation", 5000)
    assert list(found.class_counts) == record["class_counts"]
    assert list(found.confidence_counts) == record["confidence_counts"]


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(None, id="none"),
        pytest.param([1, 2], id="a list"),
        pytest.param({}, id="empty"),
        pytest.param(make_baseline(class_counts=[1] * 9), id="another number of classes"),
        pytest.param(make_baseline(class_counts="many"), id="no list"),
        pytest.param(make_baseline(class_counts=[0] * 10), id="no pictures"),
        pytest.param(make_baseline(class_counts=[-1] + [1] * 9), id="a negative count"),
        pytest.param(make_baseline(class_counts=[True] * 10), id="no numbers"),
        pytest.param(make_baseline(class_counts=[10**30] * 10), id="beyond all numbers"),
        pytest.param(make_baseline(confidence_counts=[1.5] * 20), id="fractions"),
        pytest.param(make_baseline(confidence_counts=[1] * 21), id="other bins"),
    ],
)
def test_takes_nothing_else(record: Any) -> None:
    assert baseline_of(record, 10) is None
