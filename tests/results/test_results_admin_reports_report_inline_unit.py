"""The report on its session's page in the admin."""

import pytest
from django.test import Client

from results.lifecycle import SessionState
from results.models import Report
from tests.results.conftest import make_batch, make_report, make_session

pytestmark = pytest.mark.django_db


def _page(client: Client, report: Report) -> str:
    return client.get(f"/admin/results/session/{report.session_id}/change/").content.decode()


def test_says_what_differs_with_markup_made_harmless(admin_client: Client) -> None:
    report = make_report()
    report.discrepancies = ["<script>alert(1)</script> differs"]
    report.save()
    page = _page(admin_client, report)
    assert "<div>&lt;script&gt;alert(1)&lt;/script&gt; differs</div>" in page


def test_says_when_nothing_differs(admin_client: Client) -> None:
    assert "none" in _page(admin_client, make_report())


def test_describes_each_picture_for_those_who_cannot_see_it(admin_client: Client) -> None:
    session = make_session(SessionState.FINISHING, announced=1)
    report = make_report(session, labels=[0])
    confidence = float(make_batch(1).confidences[0])
    assert 'alt="frame 0: ' in _page(admin_client, report)
    assert f'{100 * confidence:.1f} %"' in _page(admin_client, report)
