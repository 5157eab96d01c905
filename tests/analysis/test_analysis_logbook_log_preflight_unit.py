"""Saying what a classifier sustains beside what is asked for."""

import logging

import pytest

from analysis.classifiers.speed import SustainedRate
from analysis.logbook import log_preflight


def _rate(images_per_second: float) -> SustainedRate:
    return SustainedRate(
        images_per_second=images_per_second,
        batch_size=64,
        single_image_p50_ms=1.0,
        single_image_p99_ms=2.0,
    )


@pytest.mark.parametrize(
    ("sustained", "asked", "level", "expected"),
    [
        pytest.param(
            7800.0,
            10.0,
            logging.INFO,
            "tiny sustains 7,800 frames/s here, 780 times the 10 asked for",
            id="more than enough",
        ),
        pytest.param(
            15.0,
            10.0,
            logging.INFO,
            "tiny sustains 15 frames/s here, 1.5 times the 10 asked for",
            id="just enough",
        ),
        pytest.param(
            5.0,
            10.0,
            logging.WARNING,
            "tiny sustains 5 frames/s here, 0.5 times the 10 asked for; it will fall behind",
            id="too little",
        ),
        pytest.param(
            7800.0,
            0.0,
            logging.INFO,
            "tiny sustains 7,800 frames/s here; asked for as fast as it goes",
            id="no rate",
        ),
    ],
)
def test_compares_both_rates(
    caplog: pytest.LogCaptureFixture, sustained: float, asked: float, level: int, expected: str
) -> None:
    caplog.set_level(logging.INFO)
    log_preflight("tiny", _rate(sustained), asked)
    assert [(one.levelno, one.message) for one in caplog.records] == [(level, expected)]
