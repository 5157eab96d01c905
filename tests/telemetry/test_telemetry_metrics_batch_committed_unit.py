"""telemetry.metrics.batch_committed."""

import numpy as np
import pytest

from telemetry.metrics import MANY, batch_committed
from tests.telemetry.samples import sample


def test_counts_what_is_new_what_is_repeated_and_every_latency() -> None:
    names = (
        "fashionsite_predictions_stored_total",
        "fashionsite_predictions_repeated_total",
        "fashionsite_inference_seconds_count",
        "fashionsite_inference_seconds_sum",
    )
    before = [sample(name) for name in names]
    latencies_ms = np.array([2, 20, 500], dtype=np.float32)
    batch_committed(2, 1, latencies_ms)
    added = [sample(name) - earlier for name, earlier in zip(names, before, strict=True)]
    assert added == pytest.approx([2, 1, 3, 0.522])


@pytest.mark.parametrize("count", [1, MANY])
def test_a_frame_that_came_before_it_left_by_the_clocks_took_no_time(count: int) -> None:
    before = sample("fashionsite_inference_seconds_sum")
    latencies_ms = np.full(count, -40, dtype=np.float32)
    batch_committed(count, 0, latencies_ms)
    assert sample("fashionsite_inference_seconds_sum") == before


def test_many_latencies_are_counted_as_few_are() -> None:
    before = [sample(f"fashionsite_inference_seconds_{part}") for part in ("count", "sum")]
    latencies_ms = np.full(3 * MANY, 4, dtype=np.float32)
    batch_committed(3 * MANY, 0, latencies_ms)
    after = [sample(f"fashionsite_inference_seconds_{part}") for part in ("count", "sum")]
    added = [now - earlier for now, earlier in zip(after, before, strict=True)]
    assert added == pytest.approx([3 * MANY, 3 * MANY * 0.004])
