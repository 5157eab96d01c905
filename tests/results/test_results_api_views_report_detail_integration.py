"""results.api.views.ReportDetail: the report over REST."""

import base64

import pytest
from rest_framework.test import APIClient

from results import services
from results.lifecycle import SessionState
from results.report import validate_report
from tests.results.conftest import make_batch, make_document, make_predictions, make_session

pytestmark = pytest.mark.django_db


def test_gives_back_the_document_that_was_submitted_and_it_is_valid() -> None:
    session = make_session(SessionState.FINISHING)
    batch = make_batch(100)
    make_predictions(session, batch)
    document = make_document(session, batch)
    services.submit_report(session_uuid=session.uuid, document=document)
    body = APIClient().get(f"/api/sessions/{session.uuid}/report/").json()
    validate_report(body)
    assert body == document
    assert base64.b64decode(body["samples"][0]["png"]).startswith(b"\x89PNG")


def test_says_so_when_there_is_none_yet() -> None:
    session = make_session()
    response = APIClient().get(f"/api/sessions/{session.uuid}/report/")
    assert (response.status_code, response.json()["code"]) == (404, "report-not-found")
    assert "running" in response.json()["detail"]
