"""What a confidence threshold would do to a session: what is kept and what goes to Other (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# A slider's steps: a threshold every hundredth, both ends included.
STEPS = 101


@dataclass(frozen=True, slots=True)
class ThresholdEffect:
    """What comes of a threshold.

    Attributes:
        threshold: confidences from here on are kept, 0 to 1.
        kept, other: frames.
        kept_labelled, kept_right: of the kept, those with a label, and right among them.
        labelled: frames with a label in all.
    """

    threshold: float
    kept: int
    other: int
    kept_labelled: int
    kept_right: int
    labelled: int

    @property
    def precision(self) -> float | None:
        """Right among the kept that have a label; ``None`` where none has."""
        return self.kept_right / self.kept_labelled if self.kept_labelled else None

    @property
    def coverage(self) -> float | None:
        """Kept among all frames; ``None`` where there are none."""
        frames = self.kept + self.other
        return self.kept / frames if frames else None


class ThresholdCounts:
    """Counts frames by hundredths of confidence, piece by piece; every threshold is answered then.

    A frame belongs to the highest step that its confidence reaches.
    """

    def __init__(self) -> None:
        self._frames = np.zeros(STEPS, dtype=np.int64)
        self._labelled = np.zeros(STEPS, dtype=np.int64)
        self._right = np.zeros(STEPS, dtype=np.int64)

    def add(
        self,
        confidences: NDArray[np.floating],
        class_ids: NDArray[np.integer],
        labels: NDArray[np.int64],
    ) -> None:
        """Take note of more frames.

        Args:
            confidences: ``(N,)``, 0 to 1.
            class_ids: ``(N,)``, what the classifier said.
            labels: ``(N,)``, the truth, -1 where nobody gave one.
        """
        # Rounded first: 0.29 * 100 is a little less than 29.
        scaled = np.round(confidences.astype(np.float64) * (STEPS - 1), 6)
        steps = np.clip(np.floor(scaled).astype(np.int64), 0, STEPS - 1)
        has_label = labels >= 0
        self._frames += np.bincount(steps, minlength=STEPS)
        self._labelled += np.bincount(steps[has_label], minlength=STEPS)
        self._right += np.bincount(steps[has_label & (class_ids == labels)], minlength=STEPS)

    def effects(self) -> Sequence[ThresholdEffect]:
        """What each step from 0 to 1 would do, in that order."""
        kept, labelled, right = (
            counts[::-1].cumsum()[::-1].tolist()
            for counts in (self._frames, self._labelled, self._right)
        )
        return [
            ThresholdEffect(
                threshold=step / (STEPS - 1),
                kept=kept[step],
                other=kept[0] - kept[step],
                kept_labelled=labelled[step],
                kept_right=right[step],
                labelled=labelled[0],
            )
            for step in range(STEPS)
        ]
