"""results.api.filters.narrow_sessions: sessions by a query string."""

import pytest
from rest_framework.exceptions import ValidationError

from results.api.filters import narrow_sessions
from results.lifecycle import SessionState
from tests.results.conftest import make_classifier, make_session

pytestmark = pytest.mark.django_db


def test_narrows_by_state_and_classifier() -> None:
    first = make_session(SessionState.FAILED)
    second = make_session(SessionState.FAILED, classifier=make_classifier(name="other"))
    make_session()
    assert set(narrow_sessions({"state": "failed", "classifier": ""})) == {first, second}
    assert list(narrow_sessions({"state": "failed", "classifier": "other"})) == [second]
    assert narrow_sessions({}).count() == 3


def test_refuses_a_state_that_there_is_not() -> None:
    with pytest.raises(ValidationError, match="asleep"):
        narrow_sessions({"state": "asleep"})


def test_finds_nothing_of_a_name_that_there_cannot_be() -> None:
    make_session()
    assert narrow_sessions({"classifier": "a\0b"}).count() == 0
    assert narrow_sessions({"classifier": " "}).count() == 0


def test_refuses_a_name_that_is_too_long() -> None:
    with pytest.raises(ValidationError, match="classifier"):
        narrow_sessions({"classifier": "a" * 100 + " "})
