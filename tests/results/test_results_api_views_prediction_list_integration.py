"""results.api.views.PredictionList: predictions by sequence over REST."""

import uuid

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from results.models import Session
from results.services.retention import prune_session
from tests.results.conftest import (
    CLASS_NAMES,
    make_batch,
    make_predictions,
    make_report,
    make_session,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(name="session")
def _session() -> Session:
    session = make_session()
    labels = [index % 10 for index in range(50)]
    class_ids = [(index + (index % 5 == 0)) % 10 for index in range(50)]
    make_predictions(session, make_batch(50, class_ids=class_ids), labels)
    return session


def _sequences(session: Session, query: str) -> list[int]:
    response = APIClient().get(f"/api/sessions/{session.uuid}/predictions/?{query}")
    assert response.status_code == 200
    return [row["sequence"] for row in response.json()["results"]]


def test_a_row_says_everything_about_a_frame(session: Session) -> None:
    row = APIClient().get(f"/api/sessions/{session.uuid}/predictions/?limit=1").json()["results"][0]
    assert (row["sequence"], row["class_id"], row["label"]) == (0, 1, 0)
    assert row["class_name"] == CLASS_NAMES[1]
    assert len(row["probabilities"]) == 10
    assert row["confidence"] == max(row["probabilities"]) == row["probabilities"][1]
    assert np.isclose(sum(row["probabilities"]), 1)
    assert row["latency_ms"] > 0


def test_following_next_gives_every_frame_once(session: Session) -> None:
    address: str | None = f"/api/sessions/{session.uuid}/predictions/?limit=20&right=true"
    seen = []
    while address:
        body = APIClient().get(address).json()
        seen += [row["sequence"] for row in body["results"]]
        address = body["next"]
    assert seen == [index for index in range(50) if index % 5]


def test_narrows_by_class_label_and_confidence(session: Session) -> None:
    assert _sequences(session, "class_id=1") == [0, 1, 10, 11, 20, 21, 30, 31, 40, 41]
    assert _sequences(session, "label=0&right=false") == [0, 10, 20, 30, 40]
    high, low = _sequences(session, "confidence_min=0.5"), _sequences(session, "confidence_max=0.5")
    assert sorted(high + low) == list(range(50))
    assert high


def test_without_labels_nothing_is_right_or_wrong() -> None:
    session = make_session()
    make_predictions(session, make_batch(3))
    assert not _sequences(session, "right=true")
    assert not _sequences(session, "right=false")
    assert _sequences(session, "after=0") == [1, 2]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("limit=1001", id="too many"),
        pytest.param("limit=0", id="none"),
        pytest.param("after=-1", id="before the first"),
        pytest.param("after=x", id="no number"),
        pytest.param("class_id=-1", id="no class"),
        pytest.param("confidence_min=1.5", id="more than sure"),
        pytest.param("confidence_max=nan", id="NaN"),
        pytest.param("right=perhaps", id="neither right nor wrong"),
    ],
)
def test_refuses_a_query_out_of_range(session: Session, query: str) -> None:
    response = APIClient().get(f"/api/sessions/{session.uuid}/predictions/?{query}")
    assert (response.status_code, response.json()["code"]) == (400, "invalid-request")
    assert query.partition("=")[0] in response.json()["detail"]


def test_an_unknown_session_is_not_found() -> None:
    response = APIClient().get(f"/api/sessions/{uuid.uuid4()}/predictions/")
    assert (response.status_code, response.json()["code"]) == (404, "session-not-found")


def test_needs_two_queries_however_many_rows(
    session: Session, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        assert len(_sequences(session, "limit=50")) == 50


@pytest.mark.parametrize("order", ["confidence", "-confidence"])
def test_following_next_gives_every_frame_once_by_confidence_too(
    session: Session, order: str
) -> None:
    address: str | None = f"/api/sessions/{session.uuid}/predictions/?limit=20&order={order}"
    seen = []
    while address:
        body = APIClient().get(address).json()
        seen += [(row["confidence"], row["sequence"]) for row in body["results"]]
        address = body["next"]
    assert len(set(seen)) == 50
    assert [confidence for confidence, _ in seen] == sorted(
        (confidence for confidence, _ in seen), reverse=order.startswith("-")
    )


def test_says_that_predictions_were_deleted() -> None:
    session = make_report().session
    prune_session(session_uuid=session.pk, keep_report=True)
    address = f"/api/sessions/{session.uuid}/"
    assert APIClient().get(address).json()["pruned_at"] is not None
    response = APIClient().get(f"{address}predictions/")
    assert (response.status_code, response.json()["code"]) == (410, "predictions-pruned")
    assert APIClient().get(f"{address}report/").status_code == 200
