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
