"""What the pages show: the numbers of one session, put together for the templates."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from results import selectors
from results.blocks import Criteria
from results.charts import (
    Bar,
    HeatCell,
    Histogram,
    Stage,
    bars,
    confused_most,
    heat,
    histogram,
    way,
)
from results.ledger import LedgerDict
from results.measuring.metrics import ClassMetrics, Metrics, measure
from results.models import Report, Sample, Session
from results.pages.frames import PREVIEWED, FrameCard, frame_cards
from results.search import Order, PredictionSearch
from results.summary import SummaryDict, summarise

# Without a report the page summarises by itself, as long as that takes well below a second.
MAX_SUMMARISED = 20_000
# As many as the live view keeps in its strip (live.js).
MOST_RECENT = 16


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One line of the table by class: how often it was said, how surely, and how rightly."""

    frames: Bar
    confidence_mean: float | None
    confidence_std: float | None
    metrics: ClassMetrics


@dataclass(frozen=True, slots=True)
class FramePreview:
    """A few frames of the wall that are worth a look.

    Attributes:
        are_wrong: Whether they are those that were wrong and most sure; else they are the least
            sure ones.
        query: The address of the wall that begins with them, after the ``?``.
    """

    cards: tuple[FrameCard, ...]
    are_wrong: bool
    query: str


@dataclass(frozen=True, slots=True)
class SessionPage:
    """Everything that a session's page draws; ``None`` where there is no data."""

    ledger: LedgerDict
    stages: tuple[Stage, ...]
    report: Report | None
    summary: SummaryDict | None
    metrics: Metrics
    confidence_mean: float | None
    run: dict[str, Any]
    class_rows: tuple[ClassRow, ...]
    confidence_chart: Histogram | None
    latency_bars: tuple[Bar, ...]
    heat: tuple[tuple[HeatCell, ...], ...]
    confused: tuple[HeatCell, ...]
    samples: tuple[Sample, ...]
    preview: FramePreview | None
    recent: tuple[FrameCard, ...]


def session_page(session: Session) -> SessionPage:
    """What a session's page shows, from its report or, without one, from what is stored."""
    report = report_of(session)
    ledger = session.ledger.as_dict()
    summary = _summary(session, report)
    metrics = _metrics(session) if report is None else _stored_metrics(report)
    cells = heat(metrics["confusion_matrix"]) if metrics["labelled"] else ()
    return SessionPage(
        ledger=ledger,
        stages=way(ledger),
        report=report,
        summary=summary,
        metrics=metrics,
        confidence_mean=None if summary is None else mean_confidence(summary),
        run={} if report is None else report.document["run"],
        class_rows=() if summary is None else _class_rows(summary, metrics),
        confidence_chart=None if summary is None else _confidence_chart(summary),
        latency_bars=() if summary is None else _latency_bars(summary),
        heat=cells,
        confused=confused_most(cells),
        samples=() if report is None else tuple(report.samples.defer("png")),
        preview=_preview(session, metrics),
        recent=_recent(session),
    )


def report_of(session: Session) -> Report | None:
    """The session's report, or ``None`` when it has none (yet)."""
    try:
        return session.report
    except Report.DoesNotExist:
        return None


def mean_confidence(summary: SummaryDict) -> float | None:
    """The mean confidence over all frames of a summary, 0 to 1; ``None`` without frames."""
    weighted = sum(
        row["frames"] * (row["confidence_mean"] or 0) for row in summary["classes"] if row["frames"]
    )
    return weighted / summary["frames"] if summary["frames"] else None


def _preview(session: Session, metrics: Metrics) -> FramePreview | None:
    """Sure and wrong is where looking pays; without a mistake, or labels, what is least sure."""
    if not session.is_final or session.pruned_at is not None or not session.stored:
        return None
    are_wrong = bool(metrics["labelled"]) and metrics["accuracy"] != 1
    if are_wrong:
        search = PredictionSearch(session, Criteria(right=False), Order.MOST_SURE)
        query = "right=false&order=-confidence"
    else:
        search = PredictionSearch(session, order=Order.LEAST_SURE)
        query = "order=confidence"
    found = search.page(PREVIEWED)
    return FramePreview(frame_cards(session, found.rows), are_wrong, query)


def _recent(session: Session) -> tuple[FrameCard, ...]:
    """What a live view begins with, whenever its viewer comes."""
    if session.is_final:
        return ()
    return frame_cards(session, selectors.recent_predictions(session, MOST_RECENT))


def _summary(session: Session, report: Report | None) -> SummaryDict | None:
    if report is not None:
        summary: SummaryDict = report.document["summary"]
        return summary
    if not session.is_final or not 0 < session.stored <= MAX_SUMMARISED:
        return None
    if session.pruned_at is not None:
        return None
    return summarise(selectors.prediction_batch(session), session.classifier.class_names)


def _metrics(session: Session) -> Metrics:
    """Of what is stored, once that is all: until then the page shows none, and counting costs."""
    if session.is_final:
        return selectors.metrics(session)
    names = session.classifier.class_names
    return measure(np.zeros((len(names), len(names)), dtype=np.int64), names)


def _stored_metrics(report: Report) -> Metrics:
    metrics: Metrics = report.metrics
    return metrics


def _class_rows(summary: SummaryDict, metrics: Metrics) -> tuple[ClassRow, ...]:
    classes = summary["classes"]
    drawn = bars([row["class_name"] for row in classes], [row["frames"] for row in classes])
    return tuple(
        ClassRow(frames, row["confidence_mean"], row["confidence_std"], measured)
        for frames, row, measured in zip(drawn, classes, metrics["per_class"], strict=True)
    )


def _confidence_chart(summary: SummaryDict) -> Histogram:
    counted = summary["confidence_histogram"]
    return histogram(counted["edges"], counted["counts"])


def _latency_bars(summary: SummaryDict) -> tuple[Bar, ...]:
    latency_ms = summary["latency_ms"]
    if latency_ms is None:
        return ()
    names = ("p50", "p95", "p99", "max")
    values = (latency_ms["p50"], latency_ms["p95"], latency_ms["p99"], latency_ms["max"])
    return bars(names, values)
