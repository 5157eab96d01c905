"""results.api.comparison.FlipList: the frames that two sessions see differently, over REST."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from results.models import Session
from tests.results.pairs import make_pair

pytestmark = pytest.mark.django_db

LABELS = [1] * 10
FIRST, SECOND = [1] * 4 + [2] * 6, [1] * 3 + [2] + [1] * 3 + [2] + [3] * 2


def _get(pair: tuple[Session, Session], query: str = "") -> Any:
    first, second = pair
    return APIClient().get(f"/api/sessions/{first.uuid}/comparison/{second.uuid}/flips/{query}")


@pytest.mark.parametrize(
    ("query", "sequences"),
    [
        pytest.param("", [3, 4, 5, 6, 8, 9], id="all"),
        pytest.param("?kind=only-first", [3], id="only the first right"),
        pytest.param("?kind=only-second&label=1", [4, 5, 6], id="only the second right"),
        pytest.param("?kind=both-wrong", [8, 9], id="both wrong"),
        pytest.param("?kind=&after=5", [6, 8, 9], id="after one"),
        pytest.param("?first_class_id=2&second_class_id=3", [8, 9], id="from one to another"),
    ],
)
def test_lists_what_was_flipped(query: str, sequences: list[int]) -> None:
    body = _get(make_pair(FIRST, SECOND, LABELS), query).json()
    assert [row["sequence"] for row in body["results"]] == sequences


def test_follows_next_to_the_end() -> None:
    pair = make_pair(FIRST, SECOND, LABELS)
    body = _get(pair, "?limit=4").json()
    found = [row["sequence"] for row in body["results"]]
    body = APIClient().get(body["next"]).json()
    assert found + [row["sequence"] for row in body["results"]] == [3, 4, 5, 6, 8, 9]
    assert body["next"] is None


def test_a_flip_has_both_predictions_and_its_picture() -> None:
    pair = make_pair(FIRST, SECOND, LABELS)
    row = _get(pair, "?limit=1").json()["results"][0]
    stored = pair[0].predictions.get(sequence=3)
    assert row["first"] == {
        "class_id": 1,
        "class_name": "Trouser",
        "confidence": pytest.approx(stored.confidence),
    }
    assert (row["second"]["class_name"], row["label"]) == ("Pullover", 1)
    assert (row["other_sequence"], row["frame"]) == (3, 3)
    assert row["picture"] == f"http://testserver/api/sessions/{pair[0].uuid}/frames/3.png"


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("?kind=other", id="no such kind"),
        pytest.param("?label=-1", id="a negative label"),
        pytest.param("?first_class_id=x", id="no number"),
        pytest.param("?after=-1", id="before the first"),
        pytest.param("?limit=1001", id="too many"),
    ],
)
def test_says_what_is_wrong_with_a_query(query: str) -> None:
    response = _get(make_pair(FIRST, SECOND, LABELS), query)
    assert (response.status_code, response.json()["code"]) == (400, "invalid-request")
