"""What the pages show: the numbers of one session, put together for the templates."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from results import selectors
from results.api.serializers import class_name, probabilities_of
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
from results.metrics import ClassMetrics, Metrics, measure
from results.models import Prediction, Report, Sample, Session
from results.summary import SummaryDict, summarise

# Without a report the page summarises by itself, as long as that takes well below a second.
MAX_SUMMARISED = 20_000
TOP_K = 3


@dataclass(frozen=True, slots=True)
class PredictionRow:
    """One line of the predictions table.

    Attributes:
        is_right: Whether prediction and label agree; ``None`` without a label.
        top: The most probable classes, each with its name and probability.
    """

    sequence: int
    class_name: str
    confidence: float
    label_name: str | None
    is_right: bool | None
    latency_ms: float
    top: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One line of the table by class: how often it was said, how surely, and how rightly."""

    frames: Bar
    confidence_mean: float | None
    confidence_std: float | None
    metrics: ClassMetrics


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


def prediction_rows(session: Session, predictions: list[Prediction]) -> list[PredictionRow]:
    """Stored predictions as lines of the table, with the names of their classes."""
    names = session.classifier.class_names
    label_names = session.dataset.class_names or names
    return [
        PredictionRow(
            sequence=row.sequence,
            class_name=class_name(names, row.class_id),
            confidence=row.confidence,
            label_name=None if row.label is None else class_name(label_names, row.label),
            is_right=None if row.label is None else row.label == row.class_id,
            latency_ms=row.latency_ms,
            top=_top(names, probabilities_of(row)),
        )
        for row in predictions
    ]


def _top(names: list[str], probabilities: list[float]) -> tuple[tuple[str, float], ...]:
    ranked = sorted(enumerate(probabilities), key=lambda pair: (-pair[1], pair[0]))[:TOP_K]
    return tuple((class_name(names, class_id), share) for class_id, share in ranked)


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
