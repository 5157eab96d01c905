"""results.api.serializers.SessionSerializer: a session's JSON form."""

import pytest
from rest_framework.test import APIRequestFactory

from results.api.serializers import LedgerSerializer, SessionSerializer
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_carries_the_ledger_by_its_field_names_and_the_address_of_its_page() -> None:
    session = make_session()
    context = {"request": APIRequestFactory().get("/")}
    data = SessionSerializer(session, context=context).data
    assert data["ledger"] == session.ledger.as_dict()
    assert set(data["ledger"]) == set(LedgerSerializer().fields)
    assert data["url"] == f"http://testserver/sessions/{session.uuid}/"


def test_names_the_session_whose_frames_it_streams_again() -> None:
    context = {"request": APIRequestFactory().get("/")}
    first = make_session()
    again = make_session(repeats=first)
    assert SessionSerializer(first, context=context).data["repeats"] is None
    assert SessionSerializer(again, context=context).data["repeats"] == first.uuid
