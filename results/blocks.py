"""Predictions of many frames packed into one row: found and counted without looking at each (pure).

A block covers :data:`BLOCK_FRAMES` sequences in a row, of which some may be missing. It is made
when nothing can be added to it any more, so it never changes. Its tally says how often each pair
of label and class occurs in it and its bounds how sure the classifier was; most questions are
answered by these alone, and the others by numpy over a few blocks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from results.measuring.confidences import ConfidenceCounts

# Small enough that a page of common frames reads little, large enough that a million frames are
# some sixty blocks. An offset within a block fits into two bytes.
BLOCK_FRAMES = 16_384
NO_LABEL = 0xFFFF
ROW = np.dtype([("offset", "<u2"), ("class_id", "<u2"), ("label", "<u2"), ("confidence", "<f4")])

Rows = NDArray[np.void]
# (label or None, class, frames)
Cell = tuple[int | None, int, int]


@dataclass(frozen=True, slots=True)
class Criteria:
    """What predictions are narrowed down by; ``None`` leaves it open.

    Attributes:
        class_id: What the classifier said.
        label: What a person said.
        right: Whether the two agree; either answer leaves out frames without a label.
        confidence_min: From 0 to 1, included; ``confidence_max`` likewise.
    """

    class_id: int | None = None
    label: int | None = None
    right: bool | None = None
    confidence_min: float | None = None
    confidence_max: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether every prediction fits."""
        return self == Criteria()

    def fits_cell(self, label: int | None, class_id: int) -> bool:
        """Whether predictions of that class for that label fit, as far as their confidence does."""
        return (
            (self.class_id is None or self.class_id == class_id)
            and (self.label is None or self.label == label)
            and (self.right is None or (label is not None and (label == class_id) is self.right))
        )

    def fitting(self, rows: Rows) -> NDArray[np.bool_]:
        """Which of the rows fit, ``(N,)`` bool."""
        mask = np.ones(len(rows), dtype=np.bool_)
        if self.class_id is not None:
            mask &= rows["class_id"] == self.class_id
        if self.label is not None:
            mask &= rows["label"] == self.label
        if self.right is not None:
            equal = rows["label"] == rows["class_id"]
            mask &= (rows["label"] != NO_LABEL) & (equal if self.right else ~equal)
        # As 64 bits, which is what a database compares.
        confidences = rows["confidence"].astype(np.float64)
        if self.confidence_min is not None:
            mask &= confidences >= self.confidence_min
        if self.confidence_max is not None:
            mask &= confidences <= self.confidence_max
        return mask


@dataclass(frozen=True, slots=True)
class BlockSummary:
    """What is known of a block without its rows.

    Attributes:
        number: It covers the sequences from ``number * BLOCK_FRAMES`` on.
        tally: How many frames there are of each label and class.
        confidence_min: The lowest in it; ``confidence_max`` the highest.
    """

    number: int
    tally: tuple[Cell, ...]
    confidence_min: float
    confidence_max: float

    @property
    def first(self) -> int:
        """The lowest sequence that it covers."""
        return self.number * BLOCK_FRAMES

    def may_hold(self, criteria: Criteria) -> bool:
        """Whether something in it may fit; where not, nothing does."""
        low, high = criteria.confidence_min, criteria.confidence_max
        if low is not None and self.confidence_max < low:
            return False
        if high is not None and self.confidence_min > high:
            return False
        return any(criteria.fits_cell(label, class_id) for label, class_id, _ in self.tally)

    def is_within(self, criteria: Criteria) -> bool:
        """Whether every confidence in it fits, so that its tally alone says how many fit."""
        low, high = criteria.confidence_min, criteria.confidence_max
        return (low is None or self.confidence_min >= low) and (
            high is None or self.confidence_max <= high
        )

    def count(self, criteria: Criteria) -> int:
        """How many fit as far as their class and label do."""
        return sum(
            frames for label, class_id, frames in self.tally if criteria.fits_cell(label, class_id)
        )


def pack(
    sequences: NDArray[np.uint64],
    class_ids: NDArray[np.integer[Any]],
    labels: Sequence[int | None],
    confidences: NDArray[np.floating[Any]],
) -> Rows:
    """The rows of one block.

    Args:
        sequences: ``(N,)`` ascending, all of one block; the others are as long.
        labels: ``None`` where a frame has none.

    Raises:
        ValueError: no sequences, or of more than one block.
    """
    blocks = sequences // BLOCK_FRAMES
    if len(sequences) == 0 or blocks[0] != blocks[-1]:
        raise ValueError(
            f"a block takes sequences of the same {BLOCK_FRAMES}, got "
            f"{'none' if len(sequences) == 0 else f'{sequences[0]} to {sequences[-1]}'}"
        )
    rows = np.empty(len(sequences), dtype=ROW)
    rows["offset"] = sequences % BLOCK_FRAMES
    rows["class_id"] = class_ids
    rows["label"] = [NO_LABEL if label is None else label for label in labels]
    rows["confidence"] = confidences
    return rows


def unpack(content: bytes | memoryview) -> Rows:
    """The rows that were stored as ``rows.tobytes()``."""
    return np.frombuffer(content, dtype=ROW)


def summary_of(number: int, rows: Rows) -> BlockSummary:
    """The tally and bounds of the rows of that block; there is one row at least."""
    pairs = rows["label"].astype(np.uint32) << 16 | rows["class_id"]
    values, counts = np.unique(pairs, return_counts=True)
    return BlockSummary(
        number=number,
        tally=tuple(
            (None if pair >> 16 == NO_LABEL else pair >> 16, pair & 0xFFFF, frames)
            for pair, frames in zip(values.tolist(), counts.tolist(), strict=True)
        ),
        confidence_min=float(rows["confidence"].min()),
        confidence_max=float(rows["confidence"].max()),
    )


def counts_of(rows: Rows) -> ConfidenceCounts:
    """The rows by confidence."""
    labels = rows["label"].astype(np.int64)
    labels[rows["label"] == NO_LABEL] = -1
    counts = ConfidenceCounts()
    counts.add(rows["confidence"], rows["class_id"], labels)
    return counts


def confusion_of(cells: Iterable[Cell], class_count: int) -> NDArray[np.int64]:
    """``(classes, classes)`` counts; rows are labels, columns predictions; no label is left out."""
    matrix = np.zeros((class_count, class_count), dtype=np.int64)
    for label, class_id, frames in cells:
        if label is not None:
            matrix[label, class_id] += frames
    return matrix


def class_counts_of(cells: Iterable[Cell], class_count: int) -> list[int]:
    """How often each class was said."""
    counts = [0] * class_count
    for _, class_id, frames in cells:
        counts[class_id] += frames
    return counts
