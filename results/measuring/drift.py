"""Whether a stream looks other than what its classifier was measured on (pure).

Two named statistics compare a stream's class mix and its confidences with a baseline: the
population stability index says how much they moved, Pearson's chi-squared test whether that can be
chance. An alarm needs both, since over thousands of frames the smallest shift is beyond chance, and
over ten the largest is not.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from results.measuring.baselines import Baseline

# The usual reading of the index (Siddiqi 2006): below 0.1 stable, above 0.25 another population.
MODERATE, LARGE = 0.1, 0.25
SIGNIFICANCE = 0.001
# Fewer say little, whatever the statistics are.
LEAST_FRAMES = 50

Level = Literal["none", "moderate", "large"]
LEVELS: tuple[Level, ...] = ("none", "moderate", "large")


@dataclass(frozen=True, slots=True)
class Drift:
    """How far one distribution moved from its baseline.

    Attributes:
        index: population stability index, 0 for the same shares, in no unit.
        p_value: of the chi-squared test of homogeneity, 0 to 1.
        level: the index's reading; ``none`` where it can be chance or there are too few frames.
    """

    index: float
    p_value: float
    level: Level


@dataclass(frozen=True, slots=True)
class StreamDrift:
    """How far a stream is from its classifier's baseline.

    Attributes:
        frames: of the stream.
        classes: of how often each class was said; ``confidence`` of how surely.
    """

    frames: int
    classes: Drift
    confidence: Drift

    @property
    def level(self) -> Level:
        """The larger of the two."""
        return max(self.classes.level, self.confidence.level, key=LEVELS.index)

    @property
    def is_alarm(self) -> bool:
        """Whether anybody should look."""
        return self.level != "none"

    @property
    def sentence(self) -> str:
        """What it comes to, in words; it stays the same until that changes."""
        if self.frames < LEAST_FRAMES:
            return f"Too early to tell: it takes {LEAST_FRAMES} frames."
        named = (("class mix", self.classes), ("confidence", self.confidence))
        moved = [name for name, drift in named if drift.level != "none"]
        if not moved:
            return "No drift: class mix and confidence are as in the baseline."
        return f"{self.level.capitalize()} drift of {' and '.join(moved)}."


def drift_of(counts: Sequence[int], baseline: Sequence[int]) -> Drift | None:
    """The drift of a stream's counts from those of the baseline, bin by bin.

    Args:
        counts: of the stream, one a class or bin.
        baseline: in the same bins.

    Returns:
        ``None`` where either has no frames.

    Raises:
        ValueError: not the same bins.
    """
    if len(counts) != len(baseline):
        raise ValueError(f"expected counts in {len(baseline)} bins, got {len(counts)}")
    seen, known = np.asarray(counts, dtype=np.float64), np.asarray(baseline, dtype=np.float64)
    if seen.sum() == 0 or known.sum() == 0:
        return None
    index, p_value = stability_index(seen, known), homogeneity_p_value(seen, known)
    level: Level = "none"
    if seen.sum() >= LEAST_FRAMES and p_value < SIGNIFICANCE and index >= MODERATE:
        level = "large" if index >= LARGE else "moderate"
    return Drift(index=index, p_value=p_value, level=level)


def stream_drift(
    class_counts: Sequence[int], confidence_counts: Sequence[int], baseline: Baseline
) -> StreamDrift | None:
    """The drift of a stream's classes and confidences; ``None`` before its first frame.

    Args:
        class_counts: Frames by predicted class.
        confidence_counts: Frames by confidence, in as many bins as the baseline has.

    Raises:
        ValueError: not the baseline's classes or bins.
    """
    classes = drift_of(class_counts, baseline.class_counts)
    confidence = drift_of(confidence_counts, baseline.confidence_counts)
    if classes is None or confidence is None:
        return None
    return StreamDrift(frames=sum(class_counts), classes=classes, confidence=confidence)


def stability_index(counts: NDArray[np.float64], baseline: NDArray[np.float64]) -> float:
    """Population stability index: sum over bins of ``(p - q) ln(p / q)``.

    p and q are the shares of stream and baseline, each with half a frame added to every bin, so
    that an empty one does not make it infinite.
    """
    p, q = ((one + 0.5) / (one + 0.5).sum() for one in (counts, baseline))
    return float(((p - q) * np.log(p / q)).sum())


def homogeneity_p_value(counts: NDArray[np.float64], baseline: NDArray[np.float64]) -> float:
    """Pearson's chi-squared test that both counts come from one distribution.

    Bins that are empty in both say nothing and are left out; 1 where one bin or none is left.
    """
    table = np.stack([counts, baseline])
    table = table[:, table.sum(axis=0) > 0]
    degrees = table.shape[1] - 1
    if degrees < 1:
        return 1.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    statistic = float(((table - expected) ** 2 / expected).sum())
    return _chi_squared_tail(statistic, degrees)


def _chi_squared_tail(statistic: float, degrees: int) -> float:
    """P(X >= statistic) for a chi-squared X: the regularised upper gamma Q(degrees / 2, x / 2).

    By its recurrence Q(a + 1, x) = Q(a, x) + x^a e^-x / Gamma(a + 1), from Q(1/2, x) = erfc(sqrt x)
    or Q(1, x) = e^-x up; the terms are added as logs, since x^a alone would overflow.
    """
    x = statistic / 2.0
    if x <= 0:
        return 1.0
    if degrees % 2:
        total, a = math.erfc(math.sqrt(x)), 0.5
    else:
        total, a = math.exp(-x), 1.0
    while a < degrees / 2.0:
        total += math.exp(a * math.log(x) - x - math.lgamma(a + 1.0))
        a += 1.0
    return min(1.0, total)
