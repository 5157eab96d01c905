"""Two classifiers on the same frames: who is right where, and whether that can be chance (pure)."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """How often each was right, over the frames with a label.

    Attributes:
        frames: that both saw; of these ``labelled`` have a label, ``agreeing`` the same class.
        both_right, only_first_right, only_second_right, none_right: of the labelled.
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
    p_value: float | None

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
        self._frames = self._labelled = self._agreeing = 0
        self._right = np.zeros((2, 2), dtype=np.int64)  # first right, second right

    def add(self, pair: Pair) -> None:
        """Take note of more frames, none of them twice."""
        has_label = pair.labels >= 0
        first = (pair.first_ids == pair.labels)[has_label]
        second = (pair.second_ids == pair.labels)[has_label]
        self._frames += len(pair)
        self._labelled += int(has_label.sum())
        self._agreeing += int((~pair.flipped).sum())
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
