"""Latencies with so few digits that there are not many different ones."""

import math

import numpy as np
import pytest

from analysis.analyzer import coarse_ms


@pytest.mark.parametrize("latency_ms", [1e-6, 0.1, 1.0, 9.87654321, 4095.4999, 1e9, -3.3])
def test_is_off_by_an_eight_thousandth_at_most_and_exact_in_float32(latency_ms: float) -> None:
    coarse = coarse_ms(latency_ms)
    assert math.isclose(coarse, latency_ms, rel_tol=2**-12)
    assert float(np.float32(coarse)) == coarse


def test_leaves_nothing_as_it_is() -> None:
    assert coarse_ms(0.0) == 0.0


def test_has_two_thousand_values_between_one_and_its_double() -> None:
    values = {coarse_ms(value) for value in np.linspace(16.0, 32.0, 100_000).tolist()}
    assert len(values) == 2**11 + 1
