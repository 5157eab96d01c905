"""How sure a classifier was and how often it was right then, counted finely (pure).

Every question about confidence (a histogram, a threshold, a calibration) is answered by these few
hundred numbers, whatever the number of frames, so that they are counted once and kept.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

# So many that hundredths, twentieths and fifteenths are each a whole number of steps.
STEPS = 300
# Confidences are 32-bit numbers, of which the nearest to 0.29 is a little more or less.
ROUNDING = 1e-7

# (step, frames, frames with a label, right among them, sum of the confidences of the labelled)
ConfidenceCell = tuple[int, int, int, int, float]


class ConfidenceCounts:
    """Counts frames by steps of confidence, piece by piece.

    A frame belongs to the highest step that its confidence reaches; step 300 is a confidence of 1.

    Attributes:
        frames: ``(301,)`` int64, how many are of each step; ``labelled`` those with a label,
            ``right`` those whose label is the predicted class.
        sums: ``(301,)`` float64, the sum of the confidences of the labelled.
    """

    def __init__(self, cells: Iterable[Sequence[float]] = ()) -> None:
        self.frames, self.labelled, self.right = np.zeros((3, STEPS + 1), dtype=np.int64)
        self.sums = np.zeros(STEPS + 1)
        self.add_cells(cells)

    def __len__(self) -> int:
        """How many frames were counted."""
        return int(self.frames.sum())

    def add(
        self,
        confidences: NDArray[np.floating],
        class_ids: NDArray[np.integer],
        labels: NDArray[np.int64],
    ) -> None:
        """Count more frames.

        Args:
            confidences: ``(N,)``, 0 to 1.
            class_ids: ``(N,)``, what the classifier said.
            labels: ``(N,)``, the truth, -1 where nobody gave one.
        """
        exact = confidences.astype(np.float64)
        steps = np.floor((exact + ROUNDING) * STEPS).astype(np.int64).clip(0, STEPS)
        has_label = labels >= 0
        size = STEPS + 1
        self.frames += np.bincount(steps, minlength=size)
        self.labelled += np.bincount(steps[has_label], minlength=size)
        self.right += np.bincount(steps[has_label & (class_ids == labels)], minlength=size)
        self.sums += np.bincount(steps[has_label], exact[has_label].clip(0, 1), minlength=size)

    def add_cells(self, cells: Iterable[Sequence[float]]) -> None:
        """Count what was counted before, as :meth:`cells` gives it."""
        for step, frames, labelled, right, total in cells:
            index = min(max(int(step), 0), STEPS)
            self.frames[index] += int(frames)
            self.labelled[index] += int(labelled)
            self.right[index] += int(right)
            self.sums[index] += total

    def cells(self) -> list[ConfidenceCell]:
        """The steps that have frames, in order, to be kept as JSON."""
        return [
            (
                step,
                int(self.frames[step]),
                int(self.labelled[step]),
                int(self.right[step]),
                round(float(self.sums[step]), 6),
            )
            for step in np.flatnonzero(self.frames).tolist()
        ]

    def histogram(self, bins: int) -> list[int]:
        """The frames in so many equal bins from 0 to 1; 1 belongs to the last.

        Raises:
            ValueError: bins that are no whole number of steps.
        """
        return [int(count) for count in in_bins(self.frames, bins)]


def in_bins(values: NDArray[Any], bins: int) -> NDArray[Any]:
    """``(bins,)`` sums of values by step, ``(301,)``.

    Raises:
        ValueError: bins that are no whole number of steps.
    """
    if STEPS % bins:
        raise ValueError(f"{STEPS} steps cannot be put into {bins} equal bins")
    sums: NDArray[Any] = values[:STEPS].reshape(bins, -1).sum(axis=1)
    sums[-1] += values[STEPS]
    return sums
