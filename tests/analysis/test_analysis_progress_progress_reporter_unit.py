"""How far a session is, on a terminal and elsewhere."""

import io
import logging

import pytest
from rich.console import Console

from analysis.progress import LOG_EVERY_S, ProgressReporter
from analysis.stages import RunCounts

COUNTS = RunCounts(announced=100, received=60, analysed=50, stored=40)


def test_draws_a_bar_on_a_terminal(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=120)
    with ProgressReporter(100, console) as report:
        report(COUNTS)
    assert "50/100" in screen.getvalue()
    assert "received 60, stored 40" in screen.getvalue()
    assert not caplog.messages


def test_logs_a_line_now_and_then_elsewhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    now = [0.0]
    screen = io.StringIO()
    with ProgressReporter(100, Console(file=screen), clock=lambda: now[0]) as report:
        for second in range(int(2 * LOG_EVERY_S) + 1):
            now[0] = float(second)
            report(COUNTS)
    assert caplog.messages == ["analysed 50 of 100, received 60, stored 40"] * 2
    assert screen.getvalue() == ""
