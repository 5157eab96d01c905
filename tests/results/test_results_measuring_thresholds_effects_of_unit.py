"""Every threshold's effect is that of applying it to the frames."""

import numpy as np
import pytest

from results.measuring.confidences import ConfidenceCounts
from results.measuring.thresholds import STEPS, effects_of

RNG = np.random.default_rng(2)
CONFIDENCES = RNG.random(400).astype(np.float32)
CLASS_IDS = RNG.integers(0, 3, size=400)
LABELS = RNG.integers(-1, 3, size=400)


def test_each_effect_is_that_of_the_threshold() -> None:
    counts = ConfidenceCounts()
    for part in (slice(0, 150), slice(150, 400)):
        counts.add(CONFIDENCES[part], CLASS_IDS[part], LABELS[part])
    effects = effects_of(counts)
    assert len(effects) == STEPS
    for effect in effects:
        kept = np.round(CONFIDENCES.astype(np.float64), 8) >= effect.threshold
        labelled = kept & (LABELS >= 0)
        assert effect.kept == kept.sum() and effect.other == (~kept).sum()
        assert effect.kept_labelled == labelled.sum()
        assert effect.kept_right == (labelled & (CLASS_IDS == LABELS)).sum()
        assert effect.labelled == (LABELS >= 0).sum()
        assert effect.coverage == pytest.approx(kept.mean())
        if labelled.any():
            assert effect.precision == pytest.approx((CLASS_IDS == LABELS)[labelled].mean())
        else:
            assert effect.precision is None


def test_keeps_what_lies_on_the_threshold() -> None:
    counts = ConfidenceCounts()
    on_steps = np.arange(STEPS) / (STEPS - 1)
    counts.add(on_steps, np.zeros(STEPS, dtype=np.int64), np.zeros(STEPS, dtype=np.int64))
    assert [effect.kept for effect in effects_of(counts)] == list(range(STEPS, 0, -1))


def test_has_neither_precision_nor_coverage_of_nothing() -> None:
    effect = effects_of(ConfidenceCounts())[0]
    assert (effect.precision, effect.coverage) == (None, None)


def test_takes_a_confidence_a_little_above_one() -> None:
    counts = ConfidenceCounts()
    counts.add(np.array([1.0005]), np.array([0]), np.array([0]))
    assert effects_of(counts)[-1].kept == 1
