"""Where the marks of a chart go (pure): templates draw them as SVG, tables give the same numbers.

Lengths are in the units of each chart's ``viewBox``; shares are fractions from 0 to 1.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from results.ledger import LedgerDict, LossDict, LossKind

# Bars are drawn in a box of this width that stretches to the room there is.
BAR_LENGTH = 100.0
# One frame that is missing among a million is to be seen as well.
LEAST_SEGMENT = 3.0
HISTOGRAM_WIDTH = 100.0
HISTOGRAM_HEIGHT = 60.0
HEAT_LEVELS = 9
MOST_CONFUSED = 6
_NICE = (10, 15, 20, 25, 30, 40, 50, 60, 80, 100)


@dataclass(frozen=True, slots=True)
class Bar:
    """One horizontal bar: its text, its value (``None``: no data) and its length."""

    label: str
    value: float | None
    length: float


@dataclass(frozen=True, slots=True)
class Column:
    """One bin of a histogram: its range, its count, and the rectangle that stands for it."""

    low: float
    high: float
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """A histogram's columns in a ``width`` by ``height`` box; the axis ends at ``top``."""

    columns: tuple[Column, ...]
    top: int
    width: float = HISTOGRAM_WIDTH
    height: float = HISTOGRAM_HEIGHT


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One cell of a confusion matrix.

    Attributes:
        label_id: The class that a person gave (the row).
        class_id: The class that the classifier gave (the column).
        count: Frames of that label and that prediction.
        share: ``count`` among the frames of that label; ``None`` when there are none.
        level: 0 (nothing) to 9 (the whole row), the step of the colour scale.
    """

    label_id: int
    class_id: int
    count: int
    share: float | None
    level: int

    @property
    def is_right(self) -> bool:
        """Whether label and prediction agree."""
        return self.label_id == self.class_id


@dataclass(frozen=True, slots=True)
class Branch:
    """Where frames leave the way: how, how many, and each reason with its ranges."""

    kind: LossKind
    count: int
    losses: tuple[LossDict, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar, from ``x`` on; no length where it stands for nothing."""

    x: float
    length: float


@dataclass(frozen=True, slots=True)
class Stage:
    """One station on the way of a frame.

    Attributes:
        name: The ledger's field.
        side: Whose count it is.
        count: Frames that came this far.
        length: Of the bar, in units of which :data:`BAR_LENGTH` is every announced frame.
        lost: The part of the bar that stands for the frames that left by a branch, behind those
            that came this far; ``hole`` that for frames of which nobody knows, behind it.
        branches: The ways in which frames were lost just before this station.
        missing: Frames of the station before that neither came here nor left by a branch;
            negative when more came than could. Anything but 0 is a hole in the ledger.
    """

    name: str
    side: Literal["server", "client"]
    count: int
    length: float
    lost: Segment
    hole: Segment
    branches: tuple[Branch, ...]
    missing: int

    @property
    def surplus(self) -> int:
        """How many more came than could."""
        return max(-self.missing, 0)


_WAY: tuple[tuple[str, Literal["server", "client"], tuple[LossKind, ...]], ...] = (
    ("announced", "server", ()),
    ("sent", "server", ("unsent",)),
    ("received", "client", ("lost",)),
    ("analysed", "client", ("rejected", "dropped")),
    ("stored", "server", ()),
)


def bars(labels: Sequence[str], values: Sequence[float | None], top: float = 0) -> tuple[Bar, ...]:
    """One bar a value, the longest :data:`BAR_LENGTH` long.

    Args:
        labels: One text a bar.
        values: Not negative; ``None`` where there is no data, which gives no length.
        top: The value of a full bar, if that is more than the largest value.

    Raises:
        ValueError: not as many labels as values.
    """
    full = max([top, *(value for value in values if value is not None)])
    return tuple(
        Bar(label, value, _length(value or 0, full))
        for label, value in zip(labels, values, strict=True)
    )


def histogram(edges: Sequence[float], counts: Sequence[int]) -> Histogram:
    """The columns of a histogram with N + 1 edges and N counts; no columns when N is 0.

    Raises:
        ValueError: the number of edges is not one more than that of counts.
    """
    if counts and len(edges) != len(counts) + 1:
        raise ValueError(f"{len(counts)} counts need {len(counts) + 1} edges, got {len(edges)}")
    top = nice_ceiling(max(counts, default=0))
    step = HISTOGRAM_WIDTH / max(len(counts), 1)
    gap = step * 0.12
    columns = []
    for index, count in enumerate(counts):
        height = round(HISTOGRAM_HEIGHT * count / top, 3) if count else 0.0
        columns.append(
            Column(
                low=edges[index],
                high=edges[index + 1],
                count=count,
                x=round(index * step + gap / 2, 3),
                y=round(HISTOGRAM_HEIGHT - height, 3),
                width=round(step - gap, 3),
                height=height,
            )
        )
    return Histogram(tuple(columns), top)


def nice_ceiling(value: float) -> int:
    """A round number to end an axis with: the next whole one, from 10 on one of two digits.

    >>> nice_ceiling(0), nice_ceiling(7), nice_ceiling(37), nice_ceiling(213)
    (1, 7, 40, 250)
    """
    if value <= 10:
        return max(1, math.ceil(value))
    magnitude = 1
    while _NICE[-1] * magnitude < value:
        magnitude *= 10
    return next(nice * magnitude for nice in _NICE if nice * magnitude >= value)


def heat(confusion_matrix: Sequence[Sequence[int]]) -> tuple[tuple[HeatCell, ...], ...]:
    """A confusion matrix as cells; rows are labels, columns are predictions."""
    return tuple(
        tuple(_heat_cell(label_id, class_id, count, sum(row)) for class_id, count in enumerate(row))
        for label_id, row in enumerate(confusion_matrix)
    )


def confused_most(
    cells: Sequence[Sequence[HeatCell]], count: int = MOST_CONFUSED
) -> tuple[HeatCell, ...]:
    """The wrong cells with the most frames, the largest first; those without frames left out."""
    wrong = [cell for row in cells for cell in row if cell.count and not cell.is_right]
    return tuple(sorted(wrong, key=lambda cell: -cell.count)[:count])


def way(ledger: LedgerDict) -> tuple[Stage, ...]:
    """The way of a frame, from announced to stored, with what was lost between the stations."""
    counts: Mapping[str, int] = {name: _count(ledger, name) for name, _, _ in _WAY}
    stages = []
    before = counts["announced"]
    for name, side, kinds in _WAY:
        branches = tuple(
            Branch(kind, ledger[kind], tuple(ledger["losses"].get(kind, ()))) for kind in kinds
        )
        left = sum(branch.count for branch in branches)
        missing = before - left - counts[name]
        length = _length(counts[name], counts["announced"])
        hole = _segment_length(max(missing, 0), counts["announced"])
        lost = _segment_length(left, counts["announced"])
        lost_x = min(length, BAR_LENGTH - hole - lost)
        stages.append(
            Stage(
                name=name,
                side=side,
                count=counts[name],
                length=length,
                lost=Segment(lost_x, lost),
                hole=Segment(lost_x + lost, hole),
                branches=branches,
                missing=missing,
            )
        )
        before = counts[name]
    return tuple(stages)


def _count(ledger: LedgerDict, name: str) -> int:
    count = ledger[name]  # type: ignore[literal-required]  # names come from _WAY above
    return int(count)


def _length(value: float, full: float) -> float:
    return round(BAR_LENGTH * min(value / full, 1), 3) if full > 0 else 0.0


def _segment_length(value: int, full: int) -> float:
    return max(_length(value, full), LEAST_SEGMENT) if value else 0.0


def _heat_cell(label_id: int, class_id: int, count: int, total: int) -> HeatCell:
    share = count / total if total else None
    # Any count shows, however small its share.
    level = math.ceil(HEAT_LEVELS * share) if share else 0
    return HeatCell(label_id, class_id, count, share, level)
