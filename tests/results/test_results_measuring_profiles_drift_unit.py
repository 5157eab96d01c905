"""results.measuring.profiles.drift."""

from typing import Any

import pytest

from results.measuring.profiles import drift
from tests.results.conftest import (
    make_baseline,
    make_batch,
    make_classifier,
    make_predictions,
    make_session,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("card", "count"),
    [
        pytest.param({}, 60, id="no baseline"),
        pytest.param({"baseline": {"class_counts": [1]}}, 60, id="a broken one"),
        pytest.param({"baseline": make_baseline()}, 0, id="no frames"),
    ],
)
def test_without_anything_to_compare_there_is_none(card: dict[str, Any], count: int) -> None:
    session = make_session(classifier=make_classifier(card=card))
    make_predictions(session, make_batch(count))
    assert drift(session) is None


def test_is_that_of_what_is_stored() -> None:
    session = make_session(classifier=make_classifier(card={"baseline": make_baseline()}))
    make_predictions(session, make_batch(100, class_ids=[3] * 100))
    found = drift(session)
    assert found is not None
    assert (found.frames, found.classes.level) == (100, "large")
