"""Saying how a session ended."""

import logging

import pytest

from analysis.logbook import log_result
from analysis.pipeline import SessionResult
from streaming.messages import Accepted
from tests.analysis.live_fakes import SESSION
from tests.analysis.outcomes import an_outcome


def _result(discrepancies: list[str]) -> SessionResult:
    outcome = an_outcome()
    document = outcome.report()
    accepted = Accepted(
        session=SESSION,
        state="completed",
        verified=not discrepancies,
        discrepancies=discrepancies,
        ledger={},
        page="/sessions/1/",
    )
    return SessionResult(document, outcome.ledger, accepted, "http://host:7000/sessions/1/")


def test_tells_the_ledger_and_the_page(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    log_result(_result([]))
    assert caplog.messages[0].startswith("announced 10, sent 10, unsent 0, ")
    assert caplog.messages[-1] == (
        f"session {SESSION} completed, report verified: http://host:7000/sessions/1/"
    )


def test_warns_of_each_discrepancy(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    log_result(_result(["frames is 10, it is 9"]))
    warnings = [one.message for one in caplog.records if one.levelno == logging.WARNING]
    assert warnings == ["the server has another account: frames is 10, it is 9"]
    assert "report not verified" in caplog.messages[-1]
