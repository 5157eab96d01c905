"""results.measuring.thresholds.effect_at."""

import pytest

from results.measuring.confidences import ConfidenceCounts
from results.measuring.thresholds import effect_at, effects_of


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        pytest.param(0.8, 0.8, id="a step"),
        pytest.param(0.804, 0.8, id="beside a step"),
        pytest.param(-3.0, 0.0, id="below"),
        pytest.param(7.0, 1.0, id="above"),
    ],
)
def test_gives_the_nearest_step(asked: float, given: float) -> None:
    assert effect_at(effects_of(ConfidenceCounts()), asked).threshold == given
