"""results.api.problems.status_of: with which status an error is answered."""

import pytest

from results.api.problems import UnknownClassifier, status_of
from results.errors import NotComparable, ResultsError, SessionNotFound


@pytest.mark.parametrize(
    ("error", "status"),
    [
        pytest.param(SessionNotFound("x"), 404, id="of results"),
        pytest.param(NotComparable("x"), 409, id="a conflict"),
        pytest.param(UnknownClassifier("x"), 400, id="of REST"),
        pytest.param(ResultsError("x"), 400, id="another"),
    ],
)
def test_each_error_has_its_status(error: Exception, status: int) -> None:
    assert status_of(error) == status
