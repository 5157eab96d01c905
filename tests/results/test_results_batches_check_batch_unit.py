"""Batches that are refused before they reach the database."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from results.batches import MAX_BATCH_ROWS, check_batch
from results.errors import MalformedBatch
from tests.results.conftest import make_batch


@pytest.mark.parametrize("count", [0, 1, MAX_BATCH_ROWS])
def test_passes_probabilities(count: int) -> None:
    check_batch(make_batch(count), class_count=10)


def test_passes_sums_that_half_precision_gives() -> None:
    batch = make_batch(50)
    halves = batch.probabilities.astype(np.float16).astype(np.float32)
    check_batch(replace(batch, probabilities=halves), class_count=10)


def test_refuses_more_rows_than_the_limit() -> None:
    with pytest.raises(MalformedBatch, match="at most 4096 predictions, got 4097"):
        check_batch(make_batch(MAX_BATCH_ROWS + 1), class_count=10)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"probabilities": np.ones((3, 9))}, "probabilities must.*3, 10", id="classes"),
        pytest.param({"probabilities": np.ones((2, 10))}, "probabilities must", id="rows"),
        pytest.param({"probabilities": np.ones(30)}, "probabilities must", id="one-axis"),
        pytest.param({"latencies_ms": np.ones(2)}, "latencies_ms must", id="latencies"),
        pytest.param({"sequences": np.ones((3, 1))}, "sequences must", id="sequences"),
    ],
)
def test_refuses_shapes_that_do_not_fit(change: dict[str, Any], message: str) -> None:
    with pytest.raises(MalformedBatch, match=message):
        check_batch(replace(make_batch(3), **change), class_count=10)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        pytest.param([np.nan, 1, 0], "from 0 to 1", id="nan"),
        pytest.param([np.inf, -np.inf, 0], "from 0 to 1", id="infinite"),
        pytest.param([1.1, -0.1, 0], "from 0 to 1", id="negative"),
        pytest.param([1.01, 0, 0], "from 0 to 1", id="above-one"),
        pytest.param([0.5, 0.5, 0.5], "sum of probabilities of 1", id="too-much"),
        pytest.param([0.5, 0, 0], "sum of probabilities of 1", id="too-little"),
        pytest.param([0, 0, 0], "sum of probabilities of 1", id="zero"),
    ],
)
def test_refuses_a_row_that_is_no_distribution(row: list[float], message: str) -> None:
    batch = make_batch(3, start=40, classes=3)
    probabilities = batch.probabilities.copy()
    probabilities[1] = row
    with pytest.raises(MalformedBatch, match=f"frame 41 .*{message}"):
        check_batch(replace(batch, probabilities=probabilities), class_count=3)


@pytest.mark.parametrize("latency", [np.nan, np.inf, -np.inf])
def test_refuses_a_latency_that_is_not_finite(latency: float) -> None:
    batch = replace(make_batch(1), latencies_ms=np.array([latency], dtype=np.float32))
    with pytest.raises(MalformedBatch, match="finite latency"):
        check_batch(batch, class_count=10)


def test_refuses_a_sequence_that_no_database_holds() -> None:
    batch = replace(make_batch(1), sequences=np.array([2**63], dtype=np.uint64))
    with pytest.raises(MalformedBatch, match="beyond"):
        check_batch(batch, class_count=10)


def test_refuses_every_row_of_a_classifier_without_classes() -> None:
    batch = replace(make_batch(1), probabilities=np.zeros((1, 0), dtype=np.float32))
    with pytest.raises(MalformedBatch, match="sum"):
        check_batch(batch, class_count=0)
