"""results.api.views.SessionList: listing sessions and asking for one over REST."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from results.doorbell import REQUESTS_GROUP
from results.lifecycle import SessionState
from results.models import Session
from tests.results.conftest import make_classifier, make_dataset, make_session
from tests.results.offers import listen_for_rings, offer_classifier

pytestmark = pytest.mark.django_db
URL = "/api/sessions/"


def _post(body: dict[str, Any], **headers: str) -> Any:
    return APIClient().post(URL, body, format="json", headers=headers)


def test_lists_the_newest_first_with_their_ledgers() -> None:
    older, newer = make_session(), make_session(SessionState.REQUESTED)
    Session.objects.filter(pk=older.pk).update(created_at=newer.created_at - timedelta(hours=1))
    body = APIClient().get(URL).json()
    assert [row["uuid"] for row in body["results"]] == [str(newer.uuid), str(older.uuid)]
    assert body["results"][0]["ledger"]["announced"] == 100
    assert body["results"][0]["url"] == f"http://testserver/sessions/{newer.uuid}/"
    assert body["results"][0]["classifier"]["sha256"] == newer.classifier.sha256


def test_pages_link_to_each_other_and_show_each_session_once() -> None:
    expected = {str(make_session().uuid) for _ in range(5)}
    seen, address = [], f"{URL}?limit=2"
    while address:
        body = APIClient().get(address).json()
        seen += [row["uuid"] for row in body["results"]]
        address = body["next"]
    assert len(seen) == 5
    assert set(seen) == expected


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("state=failed", id="state"),
        pytest.param("classifier=chosen", id="classifier"),
        pytest.param("state=failed&classifier=chosen", id="both"),
    ],
)
def test_narrows_by_state_and_classifier(query: str) -> None:
    make_session()
    wanted = make_session(SessionState.FAILED, classifier=make_classifier(name="chosen"))
    rows = APIClient().get(f"{URL}?{query}").json()["results"]
    assert [row["uuid"] for row in rows] == [str(wanted.uuid)]


def test_refuses_a_state_that_there_is_not() -> None:
    response = APIClient().get(f"{URL}?state=asleep")
    assert response.status_code == 400
    assert response.json()["code"] == "invalid-request"
    assert "state:" in response.json()["detail"]


@pytest.mark.parametrize("limit", ["0", "201", "-1", "many", "10e3"])
def test_refuses_a_page_size_that_there_is_not(limit: str) -> None:
    response = APIClient().get(f"{URL}?limit={limit}")
    assert response.status_code == 400
    assert response.json()["detail"].startswith("limit:")


def test_takes_empty_values_for_none_as_a_form_sends_them() -> None:
    make_session()
    assert len(APIClient().get(f"{URL}?state=&classifier=&limit=1").json()["results"]) == 1


def test_needs_as_many_queries_for_many_as_for_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(10):
        make_session()
    with django_assert_num_queries(1):
        assert len(APIClient().get(URL).json()["results"]) == 10


def test_asks_for_a_session_and_wakes_the_clients_that_follow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    classifier, rung = offer_classifier(), listen_for_rings(monkeypatch)
    response = _post({"classifier": classifier.name, "count": 25, "fps": 5, "offset": 3})
    assert response.status_code == 201
    session = Session.objects.get()
    assert response.json()["uuid"] == str(session.uuid)
    assert response.json()["state"] == "requested"
    assert response.headers["Location"] == f"http://testserver{URL}{session.uuid}/"
    assert (session.announced, session.fps, session.offset) == (25, 5, 3)
    assert rung == [REQUESTS_GROUP]


def test_without_a_count_every_frame_is_asked_for() -> None:
    classifier = offer_classifier()
    assert _post({"classifier": classifier.name, "offset": 10}).status_code == 201
    assert Session.objects.get().announced == 990


def test_streams_the_dataset_that_is_named() -> None:
    earlier = make_dataset(name="shop", count=5)
    classifier = offer_classifier()
    response = _post({"classifier": classifier.name, "dataset": "shop"})
    assert response.status_code == 201
    assert response.json()["dataset"]["sha256"] == earlier.sha256
    assert Session.objects.get().announced == 5


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        pytest.param({"count": 0}, 400, "invalid-request", id="no frames"),
        pytest.param({"count": -1}, 400, "invalid-request", id="fewer than none"),
        pytest.param({"count": 1001}, 400, "invalid-request", id="more than there are"),
        pytest.param({"count": 10**30}, 400, "invalid-request", id="a huge count"),
        pytest.param({"count": "many"}, 400, "invalid-request", id="no number"),
        pytest.param({"fps": -1}, 400, "invalid-request", id="a negative rate"),
        pytest.param({"fps": "NaN"}, 400, "invalid-request", id="a rate that is no number"),
        pytest.param({"fps": "inf"}, 400, "invalid-request", id="an infinite rate"),
        pytest.param({"offset": -1}, 400, "invalid-request", id="a negative offset"),
        pytest.param({"offset": 1000}, 400, "invalid-request", id="beyond the last frame"),
        pytest.param({"classifier": "unheard-of"}, 400, "unknown-classifier", id="unknown"),
        pytest.param({"dataset": "unheard-of"}, 400, "unknown-dataset", id="unknown dataset"),
        pytest.param({"dataset": ""}, 400, "invalid-request", id="an empty dataset"),
        pytest.param({"dataset": "a\0b"}, 400, "invalid-request", id="a dataset with a zero byte"),
        pytest.param({"classifier": None}, 400, "invalid-request", id="no classifier"),
        pytest.param({"classifier": "idle"}, 409, "no-worker", id="not on offer"),
    ],
)
def test_says_what_is_wrong_with_a_request(
    change: dict[str, Any], status: int, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung = listen_for_rings(monkeypatch)
    make_classifier(name="idle")
    classifier = offer_classifier()
    response = _post({"classifier": classifier.name, "count": 10, "fps": 10.0, **change})
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.json()["detail"]
    assert not Session.objects.exists()
    assert not rung


def test_without_any_dataset_that_is_what_is_missing() -> None:
    response = _post({"classifier": "small-cnn"})
    assert (response.status_code, response.json()["code"]) == (409, "no-dataset")


def test_without_any_client_a_worker_is_what_is_missing() -> None:
    make_dataset()
    response = _post({"classifier": "small-cnn"})
    assert (response.status_code, response.json()["code"]) == (409, "no-worker")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"count=3", id="a form's text"),
        pytest.param(b"[1, 2]", id="a list"),
        pytest.param(b'{"classifier": "small-cnn", "fps": NaN}', id="NaN"),
        pytest.param(b"\xff\xfe", id="no text"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_refuses_a_body_that_is_no_json_object(body: bytes) -> None:
    offer_classifier()
    response = APIClient().post(URL, body, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (400, "invalid-request")


def test_takes_json_only_so_that_no_form_of_another_site_can_start_a_session() -> None:
    classifier = offer_classifier()
    response = APIClient().post(
        URL, json.dumps({"classifier": classifier.name}), content_type="text/plain"
    )
    assert (response.status_code, response.json()["code"]) == (415, "unsupported-media-type")


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        pytest.param("http://testserver", 201, id="this site"),
        pytest.param("http://evil.example", 403, id="another site"),
        pytest.param("http://testserver:8080", 403, id="another port"),
        pytest.param("null", 403, id="a sandboxed page"),
    ],
)
def test_a_page_of_another_site_starts_nothing(origin: str, status: int) -> None:
    classifier = offer_classifier()
    response = _post({"classifier": classifier.name, "count": 1}, Origin=origin)
    assert response.status_code == status
    assert Session.objects.exists() is (status == 201)


def test_asks_for_the_frames_of_a_session_again() -> None:
    classifier = offer_classifier()
    original = make_session(SessionState.COMPLETED, announced=30, offset=5)
    response = _post({"classifier": classifier.name, "fps": 0, "repeats": str(original.uuid)})
    assert response.status_code == 201
    session = Session.objects.exclude(pk=original.pk).get()
    assert response.json()["repeats"] == str(original.uuid)
    assert (session.repeats, session.announced, session.offset) == (original, 30, 5)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        pytest.param({"count": 3}, 400, "invalid-request", id="a count of its own"),
        pytest.param({"dataset": "fashion-mnist"}, 400, "invalid-request", id="its own dataset"),
        pytest.param({"repeats": "that one"}, 400, "invalid-request", id="no id"),
        pytest.param({"repeats": str(uuid4())}, 404, "session-not-found", id="nowhere"),
    ],
)
def test_says_what_is_wrong_with_asking_again(
    change: dict[str, Any], status: int, code: str
) -> None:
    classifier = offer_classifier()
    original = make_session(SessionState.COMPLETED)
    response = _post({"classifier": classifier.name, "repeats": str(original.uuid), **change})
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert Session.objects.count() == 1


def test_what_still_streams_is_not_streamed_again() -> None:
    classifier = offer_classifier()
    original = make_session(SessionState.RUNNING)
    response = _post({"classifier": classifier.name, "repeats": str(original.uuid)})
    assert (response.status_code, response.json()["code"]) == (409, "not-repeatable")
