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
