"""What a confidence threshold would do to a session: what is kept and what goes to Other (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass

from results.measuring.confidences import STEPS as FINE_STEPS
from results.measuring.confidences import ConfidenceCounts

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


def effects_of(counts: ConfidenceCounts) -> Sequence[ThresholdEffect]:
    """What each step from 0 to 1 would do, in that order."""
    wide = FINE_STEPS // (STEPS - 1)
    kept, labelled, right = (
        values[::-1].cumsum()[::-1][::wide].tolist()
        for values in (counts.frames, counts.labelled, counts.right)
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


def effect_at(effects: Sequence[ThresholdEffect], threshold: float) -> ThresholdEffect:
    """The effect of the step that is nearest to a threshold from 0 to 1."""
    return effects[round(min(max(threshold, 0.0), 1.0) * (STEPS - 1))]
