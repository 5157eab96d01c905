"""The report of a session."""

import pytest
from django.db import IntegrityError

from results.models import Report
from tests.results.conftest import make_report

pytestmark = pytest.mark.django_db


def test_a_session_has_one_report() -> None:
    report = make_report()
    with pytest.raises(IntegrityError):
        Report.objects.create(session=report.session, document={}, verified=True)


def test_says_whose_it_is() -> None:
    report = make_report()
    assert str(report) == f"report of {report.session_id}"
