"""telemetry.histograms.BulkHistogram."""

import numpy as np
from prometheus_client import CollectorRegistry, Histogram, generate_latest

from telemetry.histograms import MAX_WAITING, BulkHistogram

BOUNDS = (0.001, 0.01, 0.1, 1.0)


def _text(*, by_array: bool, batches: list[list[float]]) -> list[str]:
    registry = CollectorRegistry()
    if by_array:
        histogram = BulkHistogram("seconds", "How long.", BOUNDS)
        registry.register(histogram)
        for batch in batches:
            histogram.observe_array(np.array(batch))
    else:
        single = Histogram("seconds", "How long.", buckets=BOUNDS, registry=registry)
        for value in (value for batch in batches for value in batch):
            single.observe(value)
    lines = generate_latest(registry).decode().splitlines()
    return [line for line in lines if "_created" not in line]


def test_counts_as_the_librarys_own_histogram_does() -> None:
    random = np.random.default_rng(0)
    # Bounds themselves, what is beyond the last, and fractions that add up without rounding.
    batches = [[0.001, 0.01, 0.1, 1.0], [2.0, 64.0], list(random.integers(1, 512, 200) / 256)]
    assert _text(by_array=True, batches=batches) == _text(by_array=False, batches=batches)


def test_many_single_values_do_not_pile_up() -> None:
    histogram = BulkHistogram("seconds", "How long.", BOUNDS)
    for _ in range(MAX_WAITING + 1):
        histogram.observe(0.5)
    assert len(histogram._waiting) == 1  # pylint: disable=protected-access  # what is bounded
    registry = CollectorRegistry()
    registry.register(histogram)
    for _ in range(2):
        assert registry.get_sample_value("seconds_count") == MAX_WAITING + 1
        assert registry.get_sample_value("seconds_bucket", {"le": "0.1"}) == 0


def test_is_there_before_anything_was_counted_and_takes_nothing_as_nothing() -> None:
    expected = _text(by_array=False, batches=[])
    assert _text(by_array=True, batches=[]) == expected
    assert _text(by_array=True, batches=[[]]) == expected
    assert "seconds_count 0.0" in expected
