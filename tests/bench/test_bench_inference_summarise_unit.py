"""Medians over rounds; ratios are formed within a round, where the machine was the same."""

import numpy as np
import pytest

from bench.inference import Way, summarise

PLAIN, FAST = Way("plain", 1), Way("fast", 2)


def test_takes_medians_and_ratios_within_a_round() -> None:
    # The machine is ten times slower in the second round, for both alike.
    seconds = {
        PLAIN: {1: [[0.2], [2.0], [0.2]], 8: [[0.4], [4.0], [0.4]]},
        FAST: {1: [[0.1], [1.0], [0.2]], 8: [[0.4], [4.0], [0.4]]},
    }
    rows = summarise(seconds, reference=PLAIN)
    plain, fast = rows[0], rows[1]
    assert (plain.way, fast.way) == (PLAIN, FAST)
    assert plain.ratios == {1: 1.0, 8: 1.0}
    assert fast.ratios == {1: 2.0, 8: 1.0}
    assert plain.images_per_second == fast.images_per_second == pytest.approx({8: 20.0})


def test_judges_single_pictures_by_percentiles_and_batches_by_every_call() -> None:
    calls = [0.001] * 98 + [0.1, 0.3]
    rounds = [calls[:50], calls[50:]]
    row = summarise({PLAIN: {1: rounds, 10: rounds}}, reference=PLAIN)[0]
    assert row.p50_ms == pytest.approx(1.0)
    assert row.p99_ms == pytest.approx(float(np.percentile(np.array(calls) * 1000, 99)))
    slow, quick = 10 / (sum(calls[50:]) / 50), 10 / 0.001
    assert row.images_per_second[10] == pytest.approx(10 / ((10 / slow + 10 / quick) / 2))
