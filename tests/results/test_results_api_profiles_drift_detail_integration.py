"""results.api.profiles.DriftDetail."""

from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from results.lifecycle import SessionState
from results.models import Session
from results.services.retention import prune_session
from tests.results.conftest import (
    make_baseline,
    make_batch,
    make_classifier,
    make_predictions,
    make_session,
)

pytestmark = pytest.mark.django_db


def _session(state: SessionState = SessionState.RUNNING, **card: Any) -> Session:
    return make_session(state, classifier=make_classifier(card=card))


def test_gives_both_distributions_with_their_statistics() -> None:
    session = _session(baseline=make_baseline())
    make_predictions(session, make_batch(100, class_ids=[3] * 100))
    body = APIClient().get(f"/api/sessions/{session.uuid}/drift/").json()
    assert (body["frames"], body["level"], body["alarm_at"]) == (100, "large", None)
    assert body["sentence"].startswith("Large drift of class mix")
    assert body["baseline"] == {
        "dataset": "fashion-mnist",
        "part": "validation",
        "images": 5000,
    }
    assert body["classes"]["counts"][3] == 100
    assert body["classes"]["baseline_counts"] == [500] * 10
    assert body["classes"]["drift"]["level"] == "large"
    assert body["classes"]["drift"]["p_value"] < 0.001
    assert sum(body["confidence"]["counts"]) == 100
    assert len(body["confidence"]["baseline_counts"]) == 20


def test_before_the_first_frame_there_is_no_level() -> None:
    session = _session(SessionState.OPENED, baseline=make_baseline())
    body = APIClient().get(f"/api/sessions/{session.uuid}/drift/").json()
    assert (body["frames"], body["level"], body["classes"]["drift"]) == (0, None, None)


def test_without_a_baseline_says_how_to_get_one() -> None:
    session = _session()
    response = APIClient().get(f"/api/sessions/{session.uuid}/drift/")
    assert (response.status_code, response.json()["code"]) == (404, "no-baseline")
    assert "evaluate small-cnn --split validation --record" in response.json()["detail"]


def test_of_deleted_predictions_nobody_can_tell() -> None:
    session = _session(SessionState.FAILED, baseline=make_baseline())
    make_predictions(session, make_batch(60))
    prune_session(session_uuid=session.uuid, keep_report=True)
    response = APIClient().get(f"/api/sessions/{session.uuid}/drift/")
    assert (response.status_code, response.json()["code"]) == (410, "predictions-pruned")


def test_on_a_network_a_stranger_reads_nothing(settings: Settings) -> None:
    settings.ACCESS = "network"
    session = _session(baseline=make_baseline())
    for part in ("drift", "threshold", "calibration", "latency"):
        response = APIClient().get(f"/api/sessions/{session.uuid}/{part}/")
        assert response.status_code == 401
