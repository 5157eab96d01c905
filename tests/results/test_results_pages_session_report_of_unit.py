"""results.pages.session.report_of: a session's report, if any."""

import pytest

from results.pages.session import report_of
from tests.results.conftest import make_report, make_session

pytestmark = pytest.mark.django_db


def test_gives_the_report_or_none() -> None:
    report = make_report()
    assert report_of(report.session) == report
    assert report_of(make_session()) is None
