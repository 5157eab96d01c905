"""A session as a row."""

import pytest

from results.exports.rows import session_row
from results.ledger import FIELDS
from results.lifecycle import SessionState
from results.selectors import get_session
from tests.results.conftest import make_report, make_session

pytestmark = pytest.mark.django_db


def test_has_the_ledger_and_what_was_measured() -> None:
    report = make_report()
    row = session_row(get_session(report.session_id))
    assert row["uuid"] == str(report.session_id)
    assert [row[name] for name in FIELDS] == [100, 100, 0, 100, 0, 100, 0, 0, 100]
    assert row["accuracy"] == report.metrics["accuracy"]
    assert row["macro_f1"] == report.metrics["macro_f1"]
    assert row["verified"] is True


def test_without_a_report_nothing_was_measured() -> None:
    session = make_session(SessionState.OPENED)
    row = session_row(session)
    assert row["accuracy"] is None
    assert row["verified"] is None
    assert row["started_at"] is None
    assert row["created_at"] == session.created_at.isoformat()
