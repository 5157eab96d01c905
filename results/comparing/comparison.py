"""Two classifiers on the same frames: who is right where, and whether that can be chance (pure)."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

# Below this p-value one of the two counts as better: once in twenty, that is chance after all.
SIGNIFICANCE = 0.05


class Flip(StrEnum):
    """In which way a frame that the two see differently is right or wrong."""

    ONLY_FIRST = "only-first"
    ONLY_SECOND = "only-second"
    BOTH_WRONG = "both-wrong"


@dataclass(frozen=True, slots=True)
class Pair:
    """What two classifiers said about the frames that both saw, in the order of their sequences.

    Attributes:
        sequences: ``(N,)`` uint64, ascending.
        first_ids, second_ids: ``(N,)`` class ids of the one and the other.
        labels: ``(N,)`` int64, the truth, -1 where nobody gave one.
    """

    sequences: NDArray[np.uint64]
    first_ids: NDArray[np.integer]
    second_ids: NDArray[np.integer]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.sequences)

    @property
    def flipped(self) -> NDArray[np.bool_]:
        """``(N,)``, where the two differ."""
        differs: NDArray[np.bool_] = self.first_ids != self.second_ids
        return differs

    def flipped_as(self, kind: Flip) -> NDArray[np.bool_]:
        """``(N,)``, where the two differ in that way; never where there is no label."""
        first, second = self.first_ids == self.labels, self.second_ids == self.labels
        if kind == Flip.ONLY_FIRST:
            found: NDArray[np.bool_] = first & ~second
        elif kind == Flip.ONLY_SECOND:
            found = second & ~first
        else:
            found = ~first & ~second & self.flipped
        return found & (self.labels >= 0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How often each was right, over the frames with a label.

    Attributes:
        frames: that both saw; of these ``labelled`` have a label, ``agreeing`` the same class.
        both_right, only_first_right, only_second_right, none_right: of the labelled.
        wrong_differently: of ``none_right`` those to which the two give different classes.
        p_value: McNemar's exact test: how likely two equally good classifiers differ at least this
            much; ``None`` where no frame tells them apart.
    """

    frames: int
    labelled: int
    agreeing: int
    both_right: int
    only_first_right: int
    only_second_right: int
    none_right: int
    wrong_differently: int
    p_value: float | None

    @property
    def flipped(self) -> int:
        """Frames that the two see differently, with or without a label."""
        return self.frames - self.agreeing

    @property
    def agreement(self) -> float | None:
        """Share of all frames to which both give the same class; ``None`` without any."""
        return self.agreeing / self.frames if self.frames else None

    @property
    def better(self) -> Literal["first", "second"] | None:
        """Which one is better beyond chance, by McNemar's test; ``None`` where neither is."""
        if self.p_value is None or self.p_value >= SIGNIFICANCE:
            return None
        return "first" if self.only_first_right > self.only_second_right else "second"

    @property
    def first_accuracy(self) -> float | None:
        """Share of the labelled frames that the first got right; ``None`` without any."""
        right = self.both_right + self.only_first_right
        return right / self.labelled if self.labelled else None

    @property
    def second_accuracy(self) -> float | None:
        """The same for the second."""
        right = self.both_right + self.only_second_right
        return right / self.labelled if self.labelled else None


class Tally:
    """Adds up a comparison piece by piece, so that a million frames need not lie in memory."""

    def __init__(self) -> None:
        self._frames = self._labelled = self._agreeing = self._wrong_differently = 0
        self._right = np.zeros((2, 2), dtype=np.int64)  # first right, second right

    def add(self, pair: Pair) -> None:
        """Take note of more frames, none of them twice."""
        has_label = pair.labels >= 0
        first = (pair.first_ids == pair.labels)[has_label]
        second = (pair.second_ids == pair.labels)[has_label]
        self._frames += len(pair)
        self._labelled += int(has_label.sum())
        self._agreeing += int((~pair.flipped).sum())
        self._wrong_differently += int(pair.flipped_as(Flip.BOTH_WRONG).sum())
        cells = np.bincount(2 * first.astype(np.int64) + second, minlength=4)
        self._right += cells.reshape(2, 2)

    @property
    def verdict(self) -> Verdict:
        """What all of them come to."""
        (none, only_second), (only_first, both) = self._right.tolist()
        return Verdict(
            frames=self._frames,
            labelled=self._labelled,
            agreeing=self._agreeing,
            both_right=both,
            only_first_right=only_first,
            only_second_right=only_second,
            none_right=none,
            wrong_differently=self._wrong_differently,
            p_value=mcnemar_p_value(only_first, only_second),
        )


def compare(pairs: Iterable[Pair]) -> Verdict:
    """The verdict over frames that come in pieces."""
    tally = Tally()
    for pair in pairs:
        tally.add(pair)
    return tally.verdict


def mcnemar_p_value(only_first: int, only_second: int) -> float | None:
    """McNemar's exact test, two-sided (McNemar 1947; the binomial form).

    Of the frames that only one of the two got right, either is as likely to have got each where
    both are equally good; twice the smaller tail of that binomial distribution, at most 1.

    Args:
        only_first, only_second: how many frames only the one or only the other got right.

    Returns:
        0 to 1; ``None`` where there is no such frame.

    >>> mcnemar_p_value(10, 2)
    0.0385...
    """
    count, smaller = only_first + only_second, min(only_first, only_second)
    if count == 0:
        return None
    # log of C(count, k) for k = 0 .. smaller, each from the one before; halves as logs, too.
    steps = np.arange(1, smaller + 1, dtype=np.float64)
    logs = np.concatenate([[0.0], np.cumsum(np.log((count - steps + 1) / steps))])
    logs -= count * math.log(2.0)
    highest = float(logs.max())
    tail = math.exp(highest + math.log(float(np.exp(logs - highest).sum())))
    return min(1.0, 2.0 * tail)
