"""A session's end on the client's side: its ledger and its report (pure)."""

from dataclasses import dataclass
from datetime import datetime

from analysis.accounting import RangeLog, Reception
from analysis.classifiers.interface import ImageClassifier
from analysis.classifiers.speed import SustainedRate
from analysis.credit import Overload
from analysis.recording import Sample
from results.ledger import Ledger, Loss
from results.report import (
    PreflightDict,
    QueueHighWater,
    ReportDocument,
    ReportSample,
    build_report,
)
from results.samples import render_sample
from results.summary import SummaryDict
from streaming.messages import ClientInfo, Ended, Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All that a report is made of.

    Attributes:
        summary: What the predictions add up to.
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
    summary: SummaryDict
    stored: int
    samples: list[Sample]
    started_at: datetime
    ended_at: datetime
    duration_s: float
    high_water: QueueHighWater
    preflight: PreflightDict | None

    @property
    def analysed(self) -> int:
        """Frames that have a prediction."""
        return self.summary["frames"]

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
            analysed=self.analysed,
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
        """Frames analysed a second; None where there were none.

        The last frame's own interval counts too: ten frames at 10 fps come within 0.9 s, and
        that is not 11 frames a second.
        """
        interval_s = 1 / self.opened.fps if self.opened.fps > 0 else 0.0
        span_s = self.duration_s + interval_s
        if self.analysed == 0 or span_s <= 0:
            return None
        return self.analysed / span_s

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
            summary=self.summary,
            run={
                "duration_s": self.duration_s,
                "achieved_fps": self.achieved_fps,
                "queue_high_water": self.high_water,
                "preflight": self.preflight,
            },
            samples=[_rendered(sample, card.class_names) for sample in self.samples],
        )


def preflight_dict(rate: SustainedRate, requested_fps: float) -> PreflightDict:
    """What a classifier sustains here, as the report has it."""
    return {
        "sustained_fps": rate.images_per_second,
        "requested_fps": requested_fps,
        "batch_size": rate.batch_size,
    }


def _rendered(sample: Sample, class_names: tuple[str, ...]) -> ReportSample:
    class_name = class_names[sample.class_id]
    return ReportSample(
        sequence=sample.sequence,
        class_id=sample.class_id,
        class_name=class_name,
        confidence=sample.confidence,
        png=render_sample(sample.image, class_name=class_name, confidence=sample.confidence),
    )
