"""Whether a classifier is right as often as it is sure: a reliability diagram's numbers (pure)."""

from dataclasses import dataclass

from results.measuring.confidences import ConfidenceCounts, in_bins

# As many as an evaluation takes, so that its error can be compared with a card's.
BINS = 15


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """The labelled frames of one range of confidence.

    Attributes:
        low, high: the range, 0 to 1.
        frames: labelled ones within.
        confidence: their mean; ``None`` without frames.
        accuracy: how many of them are right, 0 to 1; ``None`` without frames.
    """

    low: float
    high: float
    frames: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """How sure and how right, bin by bin.

    Attributes:
        bins: all, from 0 to 1.
        labelled: frames with a label in all.
        expected_error: expected calibration error (Naeini et al. 2015): the sum over bins of
            ``frames / labelled * |accuracy - confidence|``; ``None`` without labels.
        overconfidence: mean confidence minus accuracy, positive where it is too sure.
    """

    bins: tuple[CalibrationBin, ...]
    labelled: int
    expected_error: float | None
    overconfidence: float | None


def calibration_of(counts: ConfidenceCounts) -> Calibration:
    """The calibration of what was counted, on the frames that have a label."""
    frames, right = in_bins(counts.labelled, BINS).tolist(), in_bins(counts.right, BINS).tolist()
    sums = in_bins(counts.sums, BINS).tolist()
    labelled = sum(frames)
    return Calibration(
        bins=tuple(
            CalibrationBin(
                low=index / BINS,
                high=(index + 1) / BINS,
                frames=count,
                confidence=sums[index] / count if count else None,
                accuracy=right[index] / count if count else None,
            )
            for index, count in enumerate(frames)
        ),
        labelled=labelled,
        expected_error=(
            sum(abs(one - other) for one, other in zip(right, sums, strict=True)) / labelled
            if labelled
            else None
        ),
        overconfidence=(sum(sums) - sum(right)) / labelled if labelled else None,
    )
