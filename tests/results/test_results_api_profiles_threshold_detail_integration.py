"""results.api.profiles.ThresholdDetail: looking at thresholds and keeping one."""

import uuid
from typing import Any

import numpy as np
import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from results.models import Session
from tests.access.conftest import bearer, make_token
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


def _put(
    session: Session, threshold: object, client: APIClient | None = None
) -> tuple[int, dict[str, Any]]:
    response = (client or APIClient()).put(
        f"/api/sessions/{session.uuid}/threshold/", {"threshold": threshold}, format="json"
    )
    return response.status_code, response.json()


def test_says_what_each_hundredth_would_do() -> None:
    session, batch = make_session(), make_batch(100)
    labels = [index % 10 for index in range(100)]
    make_predictions(session, batch, labels)
    body = APIClient().get(f"/api/sessions/{session.uuid}/threshold/").json()
    assert (body["threshold"], body["effect"]) == (None, None)
    assert len(body["effects"]) == 101
    at_half = body["effects"][50]
    kept = batch.confidences >= 0.5
    assert (at_half["threshold"], at_half["kept"]) == (0.5, int(kept.sum()))
    assert at_half["other"] == 100 - at_half["kept"]
    right = (batch.class_ids == np.array(labels))[kept]
    assert at_half["precision"] == pytest.approx(right.mean())


def test_keeps_one_and_gives_its_effect() -> None:
    session = make_session()
    make_predictions(session, make_batch(100))
    status, body = _put(session, 0.8)
    assert (status, body["threshold"], body["effect"]["threshold"]) == (200, 0.8, 0.8)
    assert body["effect"]["precision"] is None
    assert Session.objects.get().threshold == 0.8
    whole = APIClient().get(f"/api/sessions/{session.uuid}/").json()
    assert whole["threshold"] == 0.8
    assert _put(session, None)[1]["threshold"] is None
    assert Session.objects.get().threshold is None


@pytest.mark.parametrize("threshold", [-1, 1.5, "high", [0.5]])
def test_refuses_what_is_no_fraction(threshold: object) -> None:
    session = make_session()
    status, body = _put(session, threshold)
    assert (status, body["code"]) == (400, "invalid-request")
    assert Session.objects.get().threshold is None


def test_needs_to_be_told_which() -> None:
    session = make_session()
    response = APIClient().put(f"/api/sessions/{session.uuid}/threshold/", {}, format="json")
    assert response.status_code == 400


def test_an_unknown_session_is_not_found() -> None:
    response = APIClient().put(
        f"/api/sessions/{uuid.uuid4()}/threshold/", {"threshold": 0.5}, format="json"
    )
    assert (response.status_code, response.json()["code"]) == (404, "session-not-found")


def test_on_a_network_only_who_started_it_keeps_one(settings: Settings) -> None:
    settings.ACCESS = "network"
    token, text = make_token(name="mine")
    client = APIClient(headers=bearer(text))
    mine, other = make_session(token=token), make_session(token=make_token(name="other")[0])
    assert _put(mine, 0.7, client)[0] == 200
    status, body = _put(other, 0.7, client)
    assert (status, body["code"]) == (403, "not-the-owner")
    assert _put(mine, 0.1)[0] == 401
    assert dict(Session.objects.values_list("pk", "threshold")) == {mine.pk: 0.7, other.pk: None}
