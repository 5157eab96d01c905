"""What a person is told of a session in log lines: before it, and when it is over."""

import logging

from analysis.classifiers.speed import SustainedRate
from analysis.pipeline import SessionResult
from results.report import ReportDocument

logger = logging.getLogger(__name__)

_SHOWN_RANGES = 5


def log_preflight(name: str, rate: SustainedRate, requested_fps: float) -> None:
    """Say what a classifier sustains beside the rate asked for; a warning where it is less.

    Args:
        name: The classifier's.
        rate: What was measured.
        requested_fps: Frames a second; 0 is as fast as it goes.
    """
    sustained = rate.images_per_second
    if requested_fps == 0:
        logger.info(
            "%s sustains %s frames/s here; asked for as fast as it goes", name, f"{sustained:,.0f}"
        )
        return
    times = sustained / requested_fps
    level = logging.INFO if times >= 1 else logging.WARNING
    logger.log(
        level,
        "%s sustains %s frames/s here, %s times the %s asked for%s",
        name,
        f"{sustained:,.0f}",
        f"{times:,.0f}" if times >= 10 else f"{times:.2g}",
        f"{requested_fps:,g}",
        "" if times >= 1 else "; it will fall behind",
    )


def log_result(result: SessionResult) -> None:
    """Say how a session ended: its ledger, its summary, whether verified, and its page."""
    for line in report_lines(result.document):
        logger.info("%s", line)
    for discrepancy in result.accepted.discrepancies:
        logger.warning("the server has another account: %s", discrepancy)
    logger.info(
        "session %s %s, report %s: %s",
        result.accepted.session,
        result.accepted.state,
        "verified" if result.accepted.verified else "not verified",
        result.page_url,
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


def _ranges(ranges: list[list[int]]) -> str:
    shown = [
        str(first) if first == last else f"{first}-{last}" for first, last in ranges[:_SHOWN_RANGES]
    ]
    more = len(ranges) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
