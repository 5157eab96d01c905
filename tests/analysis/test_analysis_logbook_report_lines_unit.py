"""A report in words."""

from analysis.accounting import RangeLog, Reception
from analysis.logbook import report_lines
from tests.analysis.live_fakes import a_session, the_end
from tests.analysis.outcomes import an_outcome


def test_begins_with_the_ledger_by_its_field_names() -> None:
    outcome = an_outcome()
    assert report_lines(outcome.report())[0] == outcome.ledger.line()


def test_tells_rate_latency_and_classes() -> None:
    assert report_lines(an_outcome().report())[1:] == [
        "10 frames in 2.00 s, 5.0 frames/s; queues held at most 3 frames and 4 results",
        "latency p50 2.0 ms, p95 2.0 ms, p99 2.0 ms, max 2.0 ms",
        "dark: 4 frames, confidence 80.0 % ± 0.0 %",
        "left: 3 frames, confidence 80.0 % ± 0.0 %",
        "right: 3 frames, confidence 80.0 % ± 0.0 %",
    ]


def test_names_what_is_missing_and_why() -> None:
    reception = Reception(100)
    dropped = RangeLog()
    for first in range(0, 70, 10):
        reception.accept(first, 5)
    reception.end(65)
    dropped.add(63, 64)
    outcome = an_outcome(
        opened=a_session(100),
        ended=the_end(65, unsent=35, reason="interrupted"),
        reception=reception,
        dropped=dropped,
    )
    lines = report_lines(outcome.report())
    assert lines[1:4] == [
        "unsent 35, interrupted: 65-99",
        "lost 30, gap: 5-9, 15-19, 25-29, 35-39, 45-49 and 1 more",
        "dropped 1, overload: 63",
    ]


def test_has_no_rate_and_no_latency_of_nothing() -> None:
    outcome = an_outcome(
        opened=a_session(10), received=0, analysed=0, ended=the_end(0, unsent=10, reason="stop")
    )
    assert report_lines(outcome.report())[2:] == [
        "0 frames in 2.00 s; queues held at most 3 frames and 4 results"
    ]
