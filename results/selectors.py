"""Every read of results, for pages, REST, admin and the stream."""

from array import array
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypedDict
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KeyTransform
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from results.batches import PredictionBatch
from results.blocks import Cell, class_counts_of, confusion_of
from results.errors import FrameUnavailable, SessionNotFound
from results.ledger import LedgerDict
from results.measuring.drift import Level
from results.measuring.metrics import Metrics, measure
from results.measuring.profiles import drift_watch
from results.models import Classifier, Dataset, Prediction, Report, Session, Worker
from results.search import block_summaries, is_packed
from results.summary import LatencySummary

# Workers report every few seconds; one that missed several of those is gone.
WORKER_TIMEOUT = timedelta(seconds=30)
RECENT_PREDICTIONS = 100
MAX_OFFERED_DATASETS = 50

FrameSource = Callable[[str, str, int], NDArray[np.uint8]]


class RecentLatency(TypedDict):
    """Percentiles over the last predictions, milliseconds."""

    p50: float
    p95: float


class LastPrediction(TypedDict):
    """The prediction of the highest sequence; fractions from 0 to 1."""

    sequence: int
    class_id: int
    class_name: str
    confidence: float
    probabilities: list[float]
    latency_ms: float


class LiveDrift(TypedDict):
    """How far the stream is from its classifier's baseline, and a sentence on it."""

    level: Level
    frames: int
    class_index: float
    confidence_index: float
    sentence: str


class LiveSnapshot(TypedDict):
    """What the live view of a session shows; ``None`` where there is nothing yet."""

    uuid: str
    state: str
    ledger: LedgerDict
    fps_achieved: float | None
    latency_ms: RecentLatency | None
    last: LastPrediction | None
    class_counts: list[int]
    drift: LiveDrift | None
    stop_requested: bool
    interrupted: bool


def get_session(session_uuid: UUID) -> Session:
    """The session of that id, with its dataset, classifier and worker.

    Raises:
        SessionNotFound: there is none.
    """
    try:
        return sessions().get(pk=session_uuid)
    except Session.DoesNotExist:
        raise SessionNotFound(_("no session %(id)s") % {"id": session_uuid}) from None


def get_pictured_session(session_uuid: UUID) -> Session:
    """The session of that id, read no further than :func:`frame_picture` needs it.

    A page shows many pictures, each a request of its own, of which reading all of a session would
    be the greater part.

    Raises:
        SessionNotFound: there is none.
    """
    found = Session.objects.select_related("dataset").only(
        "sent", "offset", "dataset__name", "dataset__path", "dataset__sha256"
    )
    try:
        return found.get(pk=session_uuid)
    except Session.DoesNotExist:
        raise SessionNotFound(_("no session %(id)s") % {"id": session_uuid}) from None


def sessions() -> QuerySet[Session]:
    """All sessions, the newest first, with dataset, classifier and worker in the same query."""
    related = Session.objects.select_related("dataset", "classifier", "worker")
    # A card holds all that was measured of a classifier, which no page of a session shows.
    return related.defer("classifier__card")


def count_sessions_by_state() -> dict[str, int]:
    """How many sessions are in each state that any is in."""
    # Without the order of the model, by which each session would be a group of its own.
    counted = Session.objects.order_by().values_list("state").annotate(Count("pk"))
    return dict(counted)


def current_dataset() -> Dataset | None:
    """The dataset that a server announced last."""
    return Dataset.objects.order_by("-last_served_at", "-pk").first()


def find_dataset(name: str) -> Dataset | None:
    """The dataset of that hash, else the one of that name that was served last."""
    named = Dataset.objects.filter(Q(sha256=name) | Q(name=name))
    return named.order_by("-last_served_at", "-pk").first()


def offered_datasets() -> list[Dataset]:
    """The current dataset first, then those served before whose files are still here.

    At most ``MAX_OFFERED_DATASETS``, the ones served last.
    """
    served = Dataset.objects.order_by("-last_served_at", "-pk")[:MAX_OFFERED_DATASETS]
    # The current one is a live server's, which may be on another machine.
    return [each for place, each in enumerate(served) if place == 0 or Path(each.path).is_file()]


def live_workers() -> QuerySet[Worker]:
    """The workers that are connected and were heard of within ``WORKER_TIMEOUT``."""
    return Worker.objects.filter(
        disconnected_at__isnull=True, last_seen_at__gte=timezone.now() - WORKER_TIMEOUT
    )


def offered_classifiers() -> QuerySet[Classifier]:
    """The classifiers of the live workers, each once."""
    return Classifier.objects.filter(
        pk__in=Classifier.objects.filter(workers__in=live_workers()).values("pk")
    )


def prediction_batch(
    session: Session, *, first: int = 0, limit: int | None = None
) -> PredictionBatch:
    """The stored predictions of a session, by sequence.

    The rows are read one by one into flat buffers: a million predictions of ten classes take
    some 50 MB.

    Args:
        first: Only those of this sequence or a higher one.
        limit: At most so many, the lowest sequences; ``None`` for all.
    """
    sequences, latencies, probabilities = array("Q"), array("f"), bytearray()
    rows = Prediction.objects.filter(session=session, sequence__gte=first).order_by("sequence")
    rows = rows if limit is None else rows[:limit]
    for sequence, row, latency_ms in rows.values_list(
        "sequence", "probabilities", "latency_ms"
    ).iterator():
        sequences.append(sequence)
        probabilities += row
        latencies.append(latency_ms)
    return PredictionBatch(
        sequences=np.array(sequences, dtype=np.uint64),
        probabilities=np.frombuffer(bytes(probabilities), dtype="<f4").reshape(
            len(sequences), len(session.classifier.class_names)
        ),
        latencies_ms=np.array(latencies, dtype=np.float32),
    )


def recent_predictions(session: Session, limit: int) -> list[Prediction]:
    """Those of the highest sequences, the highest first."""
    return list(Prediction.objects.filter(session=session).order_by("-sequence")[:limit])


def cells(session: Session) -> list[Cell]:
    """How many stored predictions there are of each label (or none) and class.

    The blocks of a session have been counted; only what is not packed is counted here.
    """
    found = [cell for block in block_summaries(session) for cell in block.tally]
    if not is_packed(session):
        waiting = Prediction.objects.filter(session=session, sequence__gte=session.sealed)
        counted = waiting.order_by().values_list("label", "class_id")
        found += counted.annotate(frames=Count("pk"))
    return found


def confusion_matrix(session: Session) -> NDArray[np.int64]:
    """``(classes, classes)`` counts of labelled frames; rows are labels, columns predictions."""
    return confusion_of(cells(session), len(session.classifier.class_names))


def metrics(session: Session) -> Metrics:
    """How right the stored predictions are, as far as there are labels."""
    return measure(confusion_matrix(session), session.classifier.class_names)


def live_snapshot(session: Session) -> LiveSnapshot:
    """What a live view shows of the session as it was read, in three more queries.

    Its drift, which takes three, is counted once a second for all who look.
    """
    recent = recent_predictions(session, RECENT_PREDICTIONS)
    return {
        "uuid": str(session.uuid),
        "state": session.state,
        "ledger": session.ledger.as_dict(),
        "fps_achieved": _fps_achieved(session, timezone.now()),
        "latency_ms": _recent_latency(recent),
        "last": _last_prediction(recent[0], session) if recent else None,
        "class_counts": class_counts_of(cells(session), len(session.classifier.class_names)),
        "drift": _live_drift(session) if recent else None,
        "stop_requested": session.stop_requested_at is not None,
        "interrupted": session.interrupted_at is not None,
    }


def report_latencies(*reported: Session) -> dict[UUID, LatencySummary | None]:
    """The latencies in the sessions' reports, of those that have one, in one query."""
    # A report's document may be long; this is one small part of it.
    part = KeyTransform("latency_ms", KeyTransform("summary", "document"))
    reports = Report.objects.filter(session__in=reported).annotate(latency_ms=part)
    return dict(reports.values_list("session_id", "latency_ms"))


def announced_prediction(session: Session, sequence: int) -> Prediction | None:
    """What was said of a frame, or ``None`` where nothing is stored of it.

    Raises:
        FrameUnavailable: the session announced no such frame.
    """
    if not 0 <= sequence < session.announced:
        raise FrameUnavailable(
            f"session {session.uuid} has no frame {sequence}; it announced {session.announced}"
        )
    return Prediction.objects.filter(session=session, sequence=sequence).first()


def frame_picture(session: Session, sequence: int) -> NDArray[np.uint8]:
    """The picture that was streamed as that sequence, (H, W) grey or (H, W, 3) RGB uint8.

    Raises:
        FrameUnavailable: it was never sent, or its dataset cannot be read any more.
    """
    if not 0 <= sequence < session.sent:
        raise FrameUnavailable(
            f"frame {sequence} was not sent; session {session.uuid} sent {session.sent} so far"
        )
    source: FrameSource = import_string(settings.RESULTS_FRAME_SOURCE)
    dataset = session.dataset
    try:
        return source(dataset.path, dataset.sha256, session.offset + sequence)
    except Exception as error:  # pylint: disable=broad-exception-caught  # another app's errors
        raise FrameUnavailable(
            f"frame {sequence} cannot be read from its dataset {dataset.name}: {error}"
        ) from error


def _live_drift(session: Session) -> LiveDrift | None:
    found = drift_watch.of(session).drift
    if found is None:
        return None
    return {
        "level": found.level,
        "frames": found.frames,
        "class_index": found.classes.index,
        "confidence_index": found.confidence.index,
        "sentence": found.sentence,
    }


def _fps_achieved(session: Session, now: datetime) -> float | None:
    """Frames sent a second since the start; the first frame leaves at time 0."""
    if session.started_at is None or session.sent < 2:
        return None
    seconds = ((session.stream_ended_at or now) - session.started_at).total_seconds()
    return (session.sent - 1) / seconds if seconds > 0 else None


def _recent_latency(recent: list[Prediction]) -> RecentLatency | None:
    if not recent:
        return None
    p50, p95 = np.percentile([prediction.latency_ms for prediction in recent], [50, 95])
    return {"p50": float(p50), "p95": float(p95)}


def _last_prediction(prediction: Prediction, session: Session) -> LastPrediction:
    return {
        "sequence": prediction.sequence,
        "class_id": prediction.class_id,
        "class_name": session.classifier.class_names[prediction.class_id],
        "confidence": prediction.confidence,
        "probabilities": np.frombuffer(prediction.probabilities, dtype="<f4").tolist(),
        "latency_ms": prediction.latency_ms,
    }
