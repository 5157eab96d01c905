"""results.pages.session.SessionPage and session_page: the numbers of a session's page."""

import pytest
from pytest_django import DjangoAssertNumQueries

from results.lifecycle import SessionState
from results.pages import session as pages
from results.pages.session import session_page
from tests.results.conftest import make_batch, make_predictions, make_report, make_session

pytestmark = pytest.mark.django_db


def test_takes_everything_from_the_report() -> None:
    report = make_report()
    page = session_page(report.session)
    assert page.report == report
    assert page.summary == report.document["summary"]
    assert page.metrics == report.metrics
    assert page.run["achieved_fps"] == 9.9
    assert len(page.samples) == 10
    assert [row.frames.value for row in page.class_rows] == [
        row["frames"] for row in report.document["summary"]["classes"]
    ]
    assert [one.label for one in page.latency_bars] == ["p50", "p95", "p99", "max"]
    assert page.confidence_chart is not None
    assert sum(column.count for column in page.confidence_chart.columns) == 100
    assert len(page.heat) == 10
    assert all(not cell.is_right for cell in page.confused)


def test_without_a_report_it_summarises_what_is_stored() -> None:
    session = make_session(SessionState.FAILED)
    make_predictions(session, make_batch(7))
    page = session_page(session)
    assert page.report is None
    assert page.summary is not None
    assert page.summary["frames"] == 7
    assert not page.run
    assert not page.samples
    assert not page.heat


def test_a_session_without_predictions_has_no_summary() -> None:
    page = session_page(make_session(SessionState.FAILED))
    assert (page.summary, page.confidence_mean, page.confidence_chart) == (None, None, None)
    assert (page.class_rows, page.latency_bars) == ((), ())


def test_neither_a_running_session_nor_a_huge_one_is_summarised_by_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running = make_session()
    make_predictions(running, make_batch(3))
    assert session_page(running).summary is None
    monkeypatch.setattr(pages, "MAX_SUMMARISED", 2)
    failed = make_session(SessionState.FAILED)
    make_predictions(failed, make_batch(3))
    assert session_page(failed).summary is None


def test_of_a_running_session_nothing_is_counted_that_the_page_does_not_show(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    session = make_session()
    make_predictions(session, make_batch(3), [0, 1, 2])
    with django_assert_num_queries(2):  # whether there is a report
        metrics = session_page(session).metrics
    assert (metrics["labelled"], metrics["accuracy"]) == (0, None)


def test_a_report_without_frames_has_no_latency() -> None:
    session = make_session(SessionState.FINISHING, sent=0, announced=5)
    session.losses = {"unsent": [{"reason": "browser", "count": 5, "ranges": [[0, 4]]}]}
    session.stop_reason = "browser"
    session.save()
    page = session_page(make_report(session).session)
    assert not page.latency_bars
    assert page.confidence_mean is None


@pytest.mark.parametrize(
    ("state", "expected"),
    [(SessionState.RUNNING, list(range(29, 13, -1))), (SessionState.FAILED, [])],
)
def test_a_running_session_has_its_last_frames_at_hand(
    state: SessionState, expected: list[int]
) -> None:
    session = make_session(state)
    make_predictions(session, make_batch(30))
    assert [card.sequence for card in session_page(session).recent] == expected
