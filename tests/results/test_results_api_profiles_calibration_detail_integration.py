"""results.api.profiles.CalibrationDetail."""

import pytest
from rest_framework.test import APIClient

from tests.results.conftest import make_batch, make_predictions, make_report, make_session

pytestmark = pytest.mark.django_db


def test_gives_the_bins_and_the_error() -> None:
    report = make_report()
    body = APIClient().get(f"/api/sessions/{report.session_id}/calibration/").json()
    assert body["labelled"] == 100
    assert len(body["bins"]) == 15
    with_frames = [one for one in body["bins"] if one["frames"]]
    assert body["expected_error"] == pytest.approx(
        sum(one["frames"] * abs(one["accuracy"] - one["confidence"]) for one in with_frames) / 100
    )
    right = sum(one["frames"] * one["accuracy"] for one in with_frames) / 100
    assert right == pytest.approx(report.metrics["accuracy"])


def test_without_labels_there_is_no_error() -> None:
    session = make_session()
    make_predictions(session, make_batch(5))
    body = APIClient().get(f"/api/sessions/{session.uuid}/calibration/").json()
    assert (body["labelled"], body["expected_error"], body["overconfidence"]) == (0, None, None)
