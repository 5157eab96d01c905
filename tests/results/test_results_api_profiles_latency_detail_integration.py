"""results.api.profiles.LatencyDetail."""

import pytest
from rest_framework.test import APIClient

from results.lifecycle import SessionState
from results.services.retention import prune_session
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


def test_gives_the_slices_that_have_predictions() -> None:
    session, batch = make_session(), make_batch(10)
    make_predictions(session, batch)
    slices = APIClient().get(f"/api/sessions/{session.uuid}/latency/").json()["slices"]
    assert sum(one["frames"] for one in slices) == 10
    assert slices[0]["first"] == 0
    assert slices[0]["p50_ms"] == pytest.approx(float(batch.latencies_ms[0]), rel=1e-5)


def test_of_deleted_predictions_nobody_can_tell() -> None:
    session = make_session(SessionState.FAILED)
    make_predictions(session, make_batch(10))
    prune_session(session_uuid=session.uuid, keep_report=True)
    for part in ("latency", "calibration", "threshold"):
        response = APIClient().get(f"/api/sessions/{session.uuid}/{part}/")
        assert (response.status_code, response.json()["code"]) == (410, "predictions-pruned")
