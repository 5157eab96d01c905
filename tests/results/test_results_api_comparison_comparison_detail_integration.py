"""results.api.comparison.ComparisonDetail: two sessions side by side over REST."""

from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from access.roles import Scope
from results.models import Session
from results.services.retention import prune_session
from tests.access.conftest import bearer, make_token
from tests.results.conftest import make_report
from tests.results.pairs import drawn, make_pair, make_stream, said, seal

pytestmark = pytest.mark.django_db

LABELS = [1] * 10
FIRST, SECOND = [1] * 4 + [2] * 6, [1] * 3 + [2] + [1] * 3 + [2] + [3] * 2


def _get(first: Session, second: Session) -> Any:
    return APIClient().get(f"/api/sessions/{first.uuid}/comparison/{second.uuid}/")


def test_says_who_is_right_where(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    first, second = make_pair(FIRST, SECOND, LABELS)
    seal(first, second)
    with django_assert_max_num_queries(5):
        body = _get(first, second).json()
    counts = ("frames", "labelled", "agreeing", "flipped", "both_right", "none_right")
    assert [body[name] for name in counts] == [10, 10, 4, 6, 3, 3]
    assert (body["only_first_right"], body["only_second_right"]) == (1, 3)
    assert (body["wrong_differently"], body["agreement"]) == (2, 0.4)
    assert (body["p_value"], body["better"]) == (0.625, None)
    assert body["first"]["uuid"] == str(first.uuid)
    assert body["second"]["classifier"]["name"] == "large-cnn"
    assert [body[side]["metrics"]["accuracy"] for side in ("first", "second")] == [0.4, 0.6]
    assert body["classes"][1]["difference"] == pytest.approx(0.2)
    assert body["said"][2][1] == 3
    assert body["first"]["latency_ms"] is None


def test_has_the_latencies_of_the_reports() -> None:
    report = make_report()
    again = make_stream("large-cnn", frames=100, dataset=report.session.dataset)
    said(again, drawn(100, 1))
    body = _get(report.session, again).json()
    assert body["first"]["latency_ms"] == report.document["summary"]["latency_ms"]
    assert body["second"]["latency_ms"] is None


def test_without_labels_there_is_still_the_agreement() -> None:
    body = _get(*make_pair([1, 2], [1, 3])).json()
    assert (body["agreement"], body["labelled"], body["p_value"]) == (0.5, 0, None)
    assert body["first"]["metrics"]["accuracy"] is None


def test_says_why_two_sessions_cannot_be_compared() -> None:
    first, second = make_pair([1], [1])
    other = make_stream("small-cnn", frames=10)
    for one in (other, first):
        refused = _get(first, one)
        assert (refused.status_code, refused.json()["code"]) == (409, "not-comparable")
    missing = APIClient().get(f"/api/sessions/{first.uuid}/comparison/{uuid4()}/")
    assert (missing.status_code, missing.json()["code"]) == (404, "session-not-found")
    prune_session(session_uuid=second.pk, keep_report=True)
    gone = _get(first, second)
    assert (gone.status_code, gone.json()["code"]) == (410, "predictions-pruned")


def test_on_a_network_a_stranger_learns_nothing(settings: Settings) -> None:
    first, second = make_pair([1], [2])
    settings.ACCESS = "network"
    _, text = make_token(Scope.STREAM)
    for tail in ("", "flips/"):
        url = f"/api/sessions/{first.uuid}/comparison/{second.uuid}/{tail}"
        assert APIClient().get(url).status_code == 401
        assert APIClient(headers=bearer(text)).get(url).status_code == 403
