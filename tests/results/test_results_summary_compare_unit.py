"""Two summaries that differ, in sentences."""

import copy
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from results.batches import PredictionBatch
from results.summary import SummaryDict, compare, summarise
from tests.results.conftest import CLASS_NAMES, make_batch


def _summary(count: int = 50) -> SummaryDict:
    return summarise(make_batch(count, class_ids=[1] * count), CLASS_NAMES)


def _set_class_frames(summary: Any) -> None:
    summary["classes"][1]["frames"] = 49


def _set_mean(summary: Any) -> None:
    summary["classes"][1]["confidence_mean"] += 1e-4


def _set_absent_mean(summary: Any) -> None:
    summary["classes"][0]["confidence_mean"] = 0.5


def _set_bin(summary: Any) -> None:
    summary["confidence_histogram"]["counts"][0] += 1


def _set_edge(summary: Any) -> None:
    summary["confidence_histogram"]["edges"][0] = 0.01


def _set_latency(summary: Any) -> None:
    summary["latency_ms"]["p99"] = 0


def _remove_latency(summary: Any) -> None:
    summary["latency_ms"] = None


def _set_name(summary: Any) -> None:
    summary["classes"][3]["class_name"] = "Cat"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param(_set_class_frames, "frames of class 1 is 49, computed .* is 50", id="frames"),
        pytest.param(_set_mean, "confidence_mean of class 1 is 0", id="mean"),
        pytest.param(_set_absent_mean, "confidence_mean of class 0 .* it is absent", id="absent"),
        pytest.param(_set_bin, "bin 0 of the confidence histogram is 1", id="bin"),
        pytest.param(_set_edge, "edge 0 of the confidence histogram is 0.01", id="edge"),
        pytest.param(_set_latency, "p99 of latency_ms is 0, ", id="latency"),
        pytest.param(_remove_latency, "p50 of latency_ms is absent", id="no-latency"),
        pytest.param(_set_name, "class_name of class 3 is 'Cat', .* 'Dress'", id="name"),
    ],
)
def test_names_what_differs(change: Callable[[Any], None], sentence: str) -> None:
    claimed = copy.deepcopy(_summary())
    change(claimed)
    differences = compare(claimed, _summary())
    assert differences
    assert re.match(sentence, differences[0])


def test_equal_summaries_do_not_differ() -> None:
    assert not compare(_summary(), _summary())


def test_bits_lost_in_another_summation_are_no_difference() -> None:
    claimed = copy.deepcopy(_summary())
    claimed["classes"][1]["confidence_mean"] = float(
        np.float32(claimed["classes"][1]["confidence_mean"] or 0)
    )
    assert not compare(claimed, _summary())


def test_whole_numbers_equal_their_floats() -> None:
    batch = PredictionBatch(
        sequences=np.arange(2, dtype=np.uint64),
        probabilities=np.array([[1, 0], [1, 0]], dtype=np.float32),
        latencies_ms=np.array([2, 2], dtype=np.float32),
    )
    computed = summarise(batch, ["a", "b"])
    claimed: Any = copy.deepcopy(computed)
    claimed["latency_ms"] = {"p50": 2, "p95": 2, "p99": 2, "max": 2}
    claimed["classes"][0].update(confidence_mean=1, confidence_std=0)
    assert not compare(claimed, computed)
    assert not compare(computed, claimed)


def test_tolerance_can_be_given() -> None:
    claimed = copy.deepcopy(_summary())
    _set_mean(claimed)
    assert not compare(claimed, _summary(), tolerance=0.01)


def test_another_number_of_classes_is_named() -> None:
    claimed = copy.deepcopy(_summary())
    removed = claimed["classes"].pop()
    assert removed["class_name"] == "Ankle boot"
    assert any("class_name of class 9 is absent" in one for one in compare(claimed, _summary()))
