"""Medians over rounds; ratios are formed within a round, where the machine was the same."""

import pytest

from bench.inference import summarise


def test_takes_medians_and_ratios_within_a_round() -> None:
    # The machine is ten times slower in the second round, for both alike.
    seconds = {
        "plain": {1: [0.2, 2.0, 0.2], 8: [0.4, 4.0, 0.4]},
        "fast": {1: [0.1, 1.0, 0.2], 8: [0.4, 4.0, 0.4]},
    }
    rows = summarise(seconds, reference="plain")
    plain, fast = rows[0], rows[1]
    assert (plain.name, fast.name) == ("plain", "fast")
    assert plain.ratios == {1: 1.0, 8: 1.0}
    assert fast.ratios == {1: 2.0, 8: 1.0}
    assert fast.images_per_second == pytest.approx({1: 5.0, 8: 20.0})
