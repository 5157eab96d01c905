"""results.services.check_repeatable: whose frames can be streamed again."""

import pytest

from results.errors import NotRepeatable
from results.lifecycle import SessionState
from results.services import check_repeatable
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(SessionState.FINISHING, id="streamed"),
        pytest.param(SessionState.COMPLETED, id="completed"),
        pytest.param(SessionState.FAILED, id="failed"),
        pytest.param(SessionState.STOPPED, id="stopped"),
    ],
)
def test_any_whose_stream_has_ended(state: SessionState) -> None:
    check_repeatable(make_session(state))


def test_none_that_still_streams() -> None:
    with pytest.raises(NotRepeatable, match="is running; its stream has to end first"):
        check_repeatable(make_session(SessionState.RUNNING))


def test_none_that_streamed_nothing() -> None:
    with pytest.raises(NotRepeatable, match="nothing to repeat"):
        check_repeatable(make_session(SessionState.STOPPED, sent=0))
