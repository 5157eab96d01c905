"""What a classifier sustains here, beside the rate that is asked for (pure)."""

import logging

from analysis.classifiers.speed import SustainedRate
from results.report import PreflightDict

logger = logging.getLogger(__name__)


def preflight_dict(rate: SustainedRate, requested_fps: float) -> PreflightDict:
    """The measurement as the report has it."""
    return {
        "sustained_fps": rate.images_per_second,
        "requested_fps": requested_fps,
        "batch_size": rate.batch_size,
    }


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
