"""What a session's page shows of drift, threshold, calibration and latency over time."""

from collections.abc import Sequence
from dataclasses import dataclass

from results.charts_profile import (
    LatencyLines,
    ReliabilityColumn,
    ThresholdCurve,
    TwinHistogram,
    TwinRow,
    latency_lines,
    reliability_columns,
    threshold_curve,
    twin_histogram,
    twin_rows,
)
from results.measuring import profiles
from results.measuring.baselines import Baseline
from results.measuring.calibration import Calibration, CalibrationBin
from results.measuring.drift import (
    LARGE,
    LEAST_FRAMES,
    MODERATE,
    SIGNIFICANCE,
    StreamDrift,
)
from results.measuring.latencies import SAMPLED_A_SLICE, SLICES, LatencySlice
from results.measuring.profiles import Look, Profile
from results.measuring.thresholds import ThresholdEffect, effect_at
from results.models import Session

USUAL_THRESHOLD = 0.8
# A line of the table of thresholds for so many steps of the slider.
STEPS_A_LINE = 5


@dataclass(frozen=True, slots=True)
class DriftPart:
    """The stream beside its classifier's baseline, as far as there is either."""

    baseline: Baseline | None
    drift: StreamDrift | None = None
    classes: tuple[TwinRow, ...] = ()
    confidence: TwinHistogram | None = None
    moderate: float = MODERATE
    large: float = LARGE
    significance: float = SIGNIFICANCE
    least_frames: int = LEAST_FRAMES


@dataclass(frozen=True, slots=True)
class ThresholdPart:
    """What thresholds would do, and the one that is looked at.

    Attributes:
        shown: The effect of the threshold that was asked for, or saved, or is usual.
        saved: The effect of the saved one.
        kept, labelled, right: Of each step, for the browser, apart by spaces.
        lines: Some effects, for the table.
    """

    shown: ThresholdEffect
    saved: ThresholdEffect | None
    curve: ThresholdCurve
    kept: str
    labelled: str
    right: str
    lines: Sequence[ThresholdEffect]


@dataclass(frozen=True, slots=True)
class CalibrationPart:
    """How sure and how right, with the bins that have frames."""

    calibration: Calibration
    columns: tuple[ReliabilityColumn, ...]
    bins: tuple[CalibrationBin, ...]


@dataclass(frozen=True, slots=True)
class LatencyPart:
    """The latency over a session; ``is_sampled``: from some of its frames."""

    slices: tuple[LatencySlice, ...]
    lines: LatencyLines
    slowest: LatencySlice
    frames: int
    is_sampled: bool


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """The four parts; ``None`` where there is nothing to draw."""

    drift: DriftPart | None
    threshold: ThresholdPart | None = None
    calibration: CalibrationPart | None = None
    latency: LatencyPart | None = None


def profile_page(session: Session, *, threshold: float | None = None) -> ProfilePage:
    """What the page of a session shows: all when it is over, its drift while it runs.

    Args:
        threshold: The one to show, from 0 to 1; ``None``: as saved.
    """
    if not session.is_final:
        return ProfilePage(drift=_drift_part(session, profiles.drift_watch.of(session)))
    found = profiles.profile_of(session)
    if found is None or found.frames == 0:
        return ProfilePage(drift=None)
    return ProfilePage(
        drift=_drift_part(session, Look(profiles.baseline(session), found)),
        threshold=_threshold_part(session, found, threshold),
        calibration=_calibration_part(found),
        latency=_latency_part(session),
    )


def _drift_part(session: Session, found: Look) -> DriftPart:
    baseline, profile, drift = found.baseline, found.profile, found.drift
    if baseline is None or profile is None or drift is None:
        return DriftPart(baseline)
    return DriftPart(
        baseline,
        drift,
        twin_rows(session.classifier.class_names, profile.class_counts, baseline.class_counts),
        twin_histogram(profile.confidence_counts, baseline.confidence_counts),
    )


def _threshold_part(session: Session, found: Profile, wanted: float | None) -> ThresholdPart:
    effects = found.effects
    saved = session.threshold
    shown = next(one for one in (wanted, saved, USUAL_THRESHOLD) if one is not None)
    return ThresholdPart(
        shown=effect_at(effects, shown),
        saved=None if saved is None else effect_at(effects, saved),
        curve=threshold_curve(effects),
        kept=" ".join(str(one.kept) for one in effects),
        labelled=" ".join(str(one.kept_labelled) for one in effects),
        right=" ".join(str(one.kept_right) for one in effects),
        lines=effects[::STEPS_A_LINE],
    )


def _calibration_part(found: Profile) -> CalibrationPart | None:
    calibration = found.calibration
    if not calibration.labelled:
        return None
    bins = tuple(one for one in calibration.bins if one.frames)
    return CalibrationPart(calibration, reliability_columns(calibration), bins)


def _latency_part(session: Session) -> LatencyPart | None:
    slices = profiles.latency_slices(session)
    if not slices:
        return None
    return LatencyPart(
        slices=slices,
        lines=latency_lines(slices, session.sent),
        slowest=max(slices, key=lambda one: one.p95_ms),
        frames=sum(one.frames for one in slices),
        is_sampled=session.sent > SLICES * SAMPLED_A_SLICE,
    )
