"""A session's end on the client's side: its ledger, its report, and both in words (pure)."""

from dataclasses import dataclass
from datetime import datetime

from analysis.accounting import RangeLog, Reception
from analysis.classifiers.interface import ImageClassifier
from analysis.credit import Overload
from analysis.recording import Sample
from results.batches import PredictionBatch
from results.ledger import Ledger, Loss
from results.report import (
    PreflightDict,
    QueueHighWater,
    ReportDocument,
    ReportSample,
    build_report,
)
from results.samples import render_sample
from results.summary import summarise
from streaming.messages import ClientInfo, Ended, Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All that a report is made of.

    Attributes:
        duration_s: From the start of the schedule to the last result.
        preflight: What was measured before, if it was.
    """

    opened: Opened
    client: ClientInfo
    classifier: ImageClassifier
    overload: Overload
    ended: Ended
    reception: Reception
    dropped: RangeLog
    rejected: RangeLog
    predictions: PredictionBatch
    stored: int
    samples: list[Sample]
    started_at: datetime
    ended_at: datetime
    duration_s: float
    high_water: QueueHighWater
    preflight: PreflightDict | None

    @property
    def ledger(self) -> Ledger:
        """Both sides' account, as this side knows it."""
        announced, sent = self.opened.announced, self.ended.sent
        unsent: tuple[Loss, ...] = ()
        if sent < announced:
            unsent = (Loss(reason=self.ended.reason, ranges=((sent, announced - 1),)),)
        return Ledger(
            announced=announced,
            sent=sent,
            received=self.reception.received,
            analysed=len(self.predictions),
            stored=self.stored,
            losses={
                "unsent": unsent,
                "lost": self.reception.lost.losses("gap"),
                "rejected": self.rejected.losses("not-finite"),
                "dropped": self.dropped.losses("overload"),
            },
        )

    @property
    def achieved_fps(self) -> float | None:
        """Frames analysed a second; None where there were none."""
        if len(self.predictions) == 0 or self.duration_s <= 0:
            return None
        return len(self.predictions) / self.duration_s

    def report(self) -> ReportDocument:
        """The document that is sent to the server.

        Raises:
            InvalidDocument: a part out of range, which is our own mistake.
        """
        card = self.classifier.card
        opened = self.opened
        return build_report(
            session=opened.session,
            dataset={"name": opened.dataset.name, "sha256": opened.dataset.sha256},
            classifier={
                "name": card.name,
                "sha256": self.classifier.sha256,
                "class_names": list(card.class_names),
            },
            client={"name": self.client.name, "version": self.client.version},
            started_at=self.started_at,
            ended_at=self.ended_at,
            settings={
                "announced": opened.announced,
                "fps": opened.fps,
                "offset": opened.offset,
                "overload": self.overload,
            },
            ledger=self.ledger,
            summary=summarise(self.predictions, card.class_names),
            run={
                "duration_s": self.duration_s,
                "achieved_fps": self.achieved_fps,
                "queue_high_water": self.high_water,
                "preflight": self.preflight,
            },
            samples=[_rendered(sample, card.class_names) for sample in self.samples],
        )


def report_lines(document: ReportDocument) -> list[str]:
    """A report for a person, one thought a line: the ledger, rate, latency, classes.

    The ledger's line is ``announced 100, sent 100, ...`` by its field names.
    """
    ledger, run, summary = document["ledger"], document["run"], document["summary"]
    counts = {key: value for key, value in ledger.items() if isinstance(value, int)}
    lines = [", ".join(f"{name} {count}" for name, count in counts.items())]
    for kind, losses in ledger["losses"].items():
        for loss in losses:
            lines.append(f"{kind} {loss['count']}, {loss['reason']}: {_ranges(loss['ranges'])}")
    rate = run["achieved_fps"]
    lines.append(
        f"{summary['frames']} frames in {run['duration_s']:.2f} s"
        + (f", {rate:,.1f} frames/s" if rate is not None else "")
        + f"; queues held at most {run['queue_high_water']['frames']} frames and "
        f"{run['queue_high_water']['results']} results"
    )
    latency = summary["latency_ms"]
    if latency is not None:
        lines.append(
            f"latency p50 {latency['p50']:.1f} ms, p95 {latency['p95']:.1f} ms, "
            f"p99 {latency['p99']:.1f} ms, max {latency['max']:.1f} ms"
        )
    lines += [
        f"{one['class_name']}: {one['frames']} frames, confidence "
        f"{100 * one['confidence_mean']:.1f} % ± {100 * (one['confidence_std'] or 0):.1f} %"
        for one in summary["classes"]
        if one["confidence_mean"] is not None
    ]
    return lines


_SHOWN_RANGES = 5


def _ranges(ranges: list[list[int]]) -> str:
    shown = [
        str(first) if first == last else f"{first}-{last}" for first, last in ranges[:_SHOWN_RANGES]
    ]
    more = len(ranges) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _rendered(sample: Sample, class_names: tuple[str, ...]) -> ReportSample:
    class_name = class_names[sample.class_id]
    return ReportSample(
        sequence=sample.sequence,
        class_id=sample.class_id,
        class_name=class_name,
        confidence=sample.confidence,
        png=render_sample(sample.image, class_name=class_name, confidence=sample.confidence),
    )
