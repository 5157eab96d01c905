"""Where the marks of the charts of drift, threshold, calibration and latency go (pure).

Lengths are in the units of each chart's ``viewBox``: 100 wide, 60 high, the reliability diagram
100 high.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from results.charts import HISTOGRAM_HEIGHT as HEIGHT
from results.charts import HISTOGRAM_WIDTH as WIDTH
from results.charts import nice_ceiling
from results.measuring.calibration import Calibration
from results.measuring.latencies import LatencySlice
from results.measuring.thresholds import ThresholdEffect

FEW_FRAMES = 10


@dataclass(frozen=True, slots=True)
class TwinRow:
    """One class of a stream beside the same class of the baseline.

    Attributes:
        label: The class.
        share, known: Of the stream and of the baseline, 0 to 1.
        length, known_length: Of the bars, 100 for the largest share.
    """

    label: str
    share: float
    known: float
    length: float
    known_length: float


@dataclass(frozen=True, slots=True)
class TwinColumn:
    """One bin of a stream's histogram, with the baseline's share in the same bin."""

    low: float
    high: float
    share: float
    known: float
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class TwinHistogram:
    """A stream's columns, the baseline as a line of steps, and the share where the axis ends.

    Heights go by the square root of the share: most confidences lie in the last bin, and what
    drifts shows in the others.
    """

    columns: tuple[TwinColumn, ...]
    known_path: str
    top: float


@dataclass(frozen=True, slots=True)
class ThresholdCurve:
    """What is kept and how precise it is, against the threshold, as points of two lines."""

    kept: str
    precision: str


@dataclass(frozen=True, slots=True)
class ReliabilityColumn:
    """One bin of a reliability diagram: its column of accuracy, and the point of its means.

    ``is_few``: of so few frames that its accuracy says little.
    """

    x: float
    y: float
    width: float
    height: float
    point_x: float
    point_y: float
    is_few: bool


@dataclass(frozen=True, slots=True)
class LatencyLines:
    """Two percentiles over a session, as points of two lines; the axis ends at ``top_ms``."""

    p50: str
    p95: str
    top_ms: int


def shares_of(counts: Sequence[int]) -> list[float]:
    """Each count's part of all; zeros where there is nothing."""
    total = sum(counts)
    return [count / total if total else 0.0 for count in counts]


def twin_rows(
    labels: Sequence[str], counts: Sequence[int], known: Sequence[int]
) -> tuple[TwinRow, ...]:
    """A pair of bars a class, drawn to one scale.

    Raises:
        ValueError: not as many of each.
    """
    shares, known_shares = shares_of(counts), shares_of(known)
    top = max([*shares, *known_shares], default=0.0) or 1.0
    return tuple(
        TwinRow(label, one, other, round(100 * one / top, 3), round(100 * other / top, 3))
        for label, one, other in zip(labels, shares, known_shares, strict=True)
    )


def twin_histogram(counts: Sequence[int], known: Sequence[int]) -> TwinHistogram:
    """Shares of a stream and a baseline in the same equal bins from 0 to 1.

    Raises:
        ValueError: not the same bins, or none.
    """
    if len(counts) != len(known) or not counts:
        raise ValueError(f"expected counts in {len(known)} bins, got {len(counts)}")
    shares, known_shares = shares_of(counts), shares_of(known)
    # To the next tenth, so that a column may reach the top but not pass it.
    top = max(1, -int(-10 * max([*shares, *known_shares]) // 1)) / 10
    step = WIDTH / len(counts)
    columns = []
    path = f"M0 {HEIGHT:g}"
    for index, (share, other) in enumerate(zip(shares, known_shares, strict=True)):
        height = round(HEIGHT * math.sqrt(share / top), 3)
        columns.append(
            TwinColumn(
                low=index / len(counts),
                high=(index + 1) / len(counts),
                share=share,
                known=other,
                x=round(step * (index + 0.06), 3),
                y=round(HEIGHT - height, 3),
                width=round(step * 0.88, 3),
                height=height,
            )
        )
        path += f"V{HEIGHT * (1 - math.sqrt(other / top)):.2f}H{step * (index + 1):.2f}"
    return TwinHistogram(tuple(columns), f"{path}V{HEIGHT:g}", top)


def threshold_curve(effects: Sequence[ThresholdEffect]) -> ThresholdCurve:
    """Both lines over thresholds from 0 to 1; precision ends where nothing labelled is kept."""
    return ThresholdCurve(
        kept=_points((one.threshold, one.coverage) for one in effects),
        precision=_points((one.threshold, one.precision) for one in effects),
    )


def reliability_columns(calibration: Calibration) -> tuple[ReliabilityColumn, ...]:
    """A column for each bin that has labelled frames, in a square of 100."""
    return tuple(
        ReliabilityColumn(
            x=round(100 * one.low + 0.4, 2),
            y=round(100 * (1 - one.accuracy), 2),
            width=round(100 * (one.high - one.low) - 0.8, 2),
            height=round(100 * one.accuracy, 2),
            point_x=round(100 * one.confidence, 2),
            point_y=round(100 * (1 - one.accuracy), 2),
            is_few=one.frames < FEW_FRAMES,
        )
        for one in calibration.bins
        if one.accuracy is not None and one.confidence is not None
    )


def latency_lines(slices: Sequence[LatencySlice], sent: int) -> LatencyLines:
    """Both percentiles at the middle of each slice, over the sequences from 0 to ``sent``."""
    top = nice_ceiling(max((one.p95_ms for one in slices), default=0.0))
    middles = [(one.first + one.last + 1) / 2 / sent for one in slices]
    pairs = list(zip(middles, slices, strict=True))
    return LatencyLines(
        p50=_points((middle, one.p50_ms / top) for middle, one in pairs),
        p95=_points((middle, one.p95_ms / top) for middle, one in pairs),
        top_ms=top,
    )


def _points(pairs: Iterable[tuple[float, float | None]]) -> str:
    """Fractions of both axes as the points of an SVG line; those without a value are left out."""
    return " ".join(
        f"{WIDTH * across:.2f},{HEIGHT * (1 - up):.2f}" for across, up in pairs if up is not None
    )
