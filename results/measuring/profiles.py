"""What a session's predictions add up to beyond their metrics: by class, confidence and latency.

Of a session that is over and packed it is stored; else blocks give what they have counted, and one
query counts the rest.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Round

from results.blocks import BLOCK_FRAMES, counts_of, unpack
from results.measuring.baselines import Baseline, baseline_of
from results.measuring.calibration import Calibration, calibration_of
from results.measuring.confidences import ROUNDING, STEPS, ConfidenceCounts
from results.measuring.drift import StreamDrift, stream_drift
from results.measuring.latencies import LatencySlice, sampled_sequences, slices_of
from results.measuring.thresholds import ThresholdEffect, effects_of
from results.models import (
    Classifier,
    Prediction,
    PredictionBlock,
    Session,
    SessionProfile,
)
from results.search import is_packed
from results.summary import HISTOGRAM_BINS

# A look counts what is not packed yet, and many browsers may watch. It is good for a second, or
# for so many times as it took.
DRIFT_INTERVAL_S = 1.0
REST_FACTOR = 9
LONGEST_LOOK_S = 60.0
MOST_WATCHED = 256


@dataclass(frozen=True, slots=True)
class Profile:
    """The stored predictions of a session.

    Attributes:
        class_counts: frames by predicted class.
        confidences: frames by confidence.
    """

    class_counts: list[int]
    confidences: ConfidenceCounts

    @property
    def frames(self) -> int:
        """How many there are."""
        return sum(self.class_counts)

    @property
    def confidence_counts(self) -> list[int]:
        """Frames by confidence in the bins of reports and baselines."""
        return self.confidences.histogram(HISTOGRAM_BINS)

    @property
    def effects(self) -> tuple[ThresholdEffect, ...]:
        """What each threshold would do."""
        return tuple(effects_of(self.confidences))

    @property
    def calibration(self) -> Calibration:
        """How sure and how right."""
        return calibration_of(self.confidences)

    def drift_from(self, known: Baseline | None) -> StreamDrift | None:
        """The drift from a baseline; ``None`` without one, or without frames."""
        if known is None:
            return None
        return stream_drift(self.class_counts, self.confidence_counts, known)


def profile_of(session: Session) -> Profile | None:
    """The profile of what is stored now; ``None`` where it was deleted before one was made."""
    stored = stored_profile(session)
    if stored is not None:
        return Profile(stored.class_counts, ConfidenceCounts(stored.confidences))
    return None if session.pruned_at is not None else count_profile(session)


def stored_profile(session: Session) -> SessionProfile | None:
    """The profile that was made when the session was over; ``None`` as long as there is none."""
    try:
        return session.profile if session.is_final else None
    except SessionProfile.DoesNotExist:
        return None


def count_profile(session: Session) -> Profile:
    """The profile, counted from blocks and what is not packed, in two queries."""
    class_counts = [0] * len(session.classifier.class_names)
    confidences = ConfidenceCounts()
    uncounted = []
    blocks = _blocks(session).values_list("number", "tally", "confidences")
    for number, tally, cells in blocks if session.sealed else ():
        for _, class_id, frames in tally:
            class_counts[class_id] += frames
        if cells is None:
            uncounted.append(number)
        else:
            confidences.add_cells(cells)
    for number in uncounted:
        # Packed by a version that did not count them yet; the profile is stored soon.
        content = _blocks(session).filter(number=number).values_list("content", flat=True).first()
        confidences.add_cells(counts_of(unpack(content or b"")).cells())
    if not is_packed(session):
        _count_unpacked(session, class_counts, confidences)
    return Profile(class_counts, confidences)


def latency_slices(session: Session) -> tuple[LatencySlice, ...] | None:
    """How the latency went, as stored or from a sample; ``None`` where nobody can tell any more."""
    stored = stored_profile(session)
    if stored is not None:
        return tuple(LatencySlice(*one) for one in stored.latencies)
    return None if session.pruned_at is not None else sample_latencies(session)


def sample_latencies(session: Session) -> tuple[LatencySlice, ...]:
    """How the latency went, from some thousand predictions in one query."""
    if session.stored == 0:
        return ()
    wanted = sampled_sequences(session.sent).tolist()
    rows = Prediction.objects.filter(session=session)
    if len(wanted) < session.sent:
        rows = rows.filter(sequence__in=wanted)
    found = list(rows.order_by("sequence").values_list("sequence", "latency_ms"))
    # While it runs, more may be stored than the session as it was read has sent.
    found = [row for row in found if row[0] < session.sent]
    return slices_of([row[0] for row in found], [row[1] for row in found], session.sent)


def baseline(session: Session) -> Baseline | None:
    """What the session's classifier was measured to answer; ``None`` where its card lacks it."""
    records = Classifier.objects.filter(pk=session.classifier_id).values_list(
        "card__baseline", flat=True
    )
    return baseline_of(records.first(), len(session.classifier.class_names))


def drift(session: Session) -> StreamDrift | None:
    """The drift of what is stored now; ``None`` without a baseline, frames or predictions."""
    return look(session).drift


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a session's drift found; without a baseline nothing is counted."""

    baseline: Baseline | None
    profile: Profile | None

    @property
    def drift(self) -> StreamDrift | None:
        """``None`` without a baseline, frames or predictions."""
        return None if self.profile is None else self.profile.drift_from(self.baseline)


def look(session: Session) -> Look:
    """A look at what is stored now."""
    known = baseline(session)
    return Look(known, None if known is None else profile_of(session))


class DriftWatch:
    """Looks at the drift of sessions under way, once a second however many watch them.

    Counting a long session that is not packed takes a while; the next look then waits longer,
    and one looks while the others are told what was known.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # (until when it is good, what was found)
        self._known: OrderedDict[UUID, tuple[float, Look]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, session: Session) -> Look:
        """What was found within the last second, or a little longer ago."""
        if session.is_final:
            return look(session)
        began = self._clock()
        with self._lock:
            until, known = self._known.get(session.pk, (0.0, None))
            if known is not None:
                if began < until:
                    return known
                self._known[session.pk] = (began + LONGEST_LOOK_S, known)
        try:
            found = look(session)
        except BaseException:
            with self._lock:
                self._known.pop(session.pk, None)
            raise
        ended = self._clock()
        rest = max(DRIFT_INTERVAL_S, REST_FACTOR * (ended - began))
        with self._lock:
            self._known[session.pk] = (ended + rest, found)
            self._known.move_to_end(session.pk)
            while len(self._known) > MOST_WATCHED:
                self._known.popitem(last=False)
        return found


drift_watch = DriftWatch()


def _blocks(session: Session) -> QuerySet[PredictionBlock]:
    return PredictionBlock.objects.filter(
        session=session, number__lt=-(-session.sealed // BLOCK_FRAMES)
    ).order_by("number")


def _count_unpacked(
    session: Session, class_counts: list[int], confidences: ConfidenceCounts
) -> None:
    """Count where the rows are, by class, label and step; some thousand groups at most."""
    rows = Prediction.objects.filter(session=session, sequence__gte=session.sealed).order_by()
    # Rounding what lies half a step lower is the floor, which not every SQLite has; nothing
    # comes to lie between two numbers, where databases round differently.
    step = Round((F("confidence") + ROUNDING) * STEPS - 0.5)
    labelled = Q(label__isnull=False)
    counted = (
        rows.annotate(step=step)
        .values_list("class_id", "step")
        .annotate(
            frames=Count("pk"),
            labelled=Count("pk", filter=labelled),
            right=Count("pk", filter=Q(label=F("class_id"))),
            total=Sum("confidence", filter=labelled),
        )
    )
    for class_id, *cell, total in counted:
        class_counts[class_id] += cell[1]
        confidences.add_cells([(*cell, total or 0.0)])
