"""results.api.history.HistoryDetail: the last minute of a session over REST."""

import uuid

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from results.models import SessionPulse
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_gives_each_second_in_order() -> None:
    session = make_session()
    for slot, sent in ((0, 0), (1, 8), (2, 20)):
        SessionPulse.objects.create(
            session=session,
            slot=slot,
            second=100 + slot,
            sent=sent,
            received=sent // 2,
            analysed=sent // 2,
            stored=sent // 4,
        )
    steps = APIClient().get(f"/api/sessions/{session.uuid}/history/").json()
    assert [step["until"] for step in steps] == [101, 102]
    assert [step["sent_fps"] for step in steps] == [8, 12]
    assert steps[1] == {
        **{"until": 102, "seconds": 1, "sent_fps": 12.0, "stored_fps": 3.0},
        **{"travelling": 10, "queued": 0, "storing": 5, "frames": 0, "class_counts": [0] * 10},
        **{"latency_p50_ms": None, "latency_p95_ms": None},
    }


def test_a_session_that_never_ran_has_none() -> None:
    assert APIClient().get(f"/api/sessions/{make_session().uuid}/history/").json() == []


def test_an_unknown_session_is_not_found() -> None:
    response = APIClient().get(f"/api/sessions/{uuid.uuid4()}/history/")
    assert (response.status_code, response.json()["code"]) == (404, "session-not-found")


def test_on_a_network_a_stranger_gets_nothing(settings: Settings) -> None:
    settings.ACCESS = "network"
    assert APIClient().get(f"/api/sessions/{make_session().uuid}/history/").status_code == 401
