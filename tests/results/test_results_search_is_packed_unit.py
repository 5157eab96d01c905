"""results.search.is_packed."""

import pytest

from results.lifecycle import SessionState
from results.search import is_packed
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("state", "sealed", "packed"),
    [
        pytest.param(SessionState.COMPLETED, 100, True, id="over, all of it"),
        pytest.param(SessionState.COMPLETED, 99, False, id="over, not all of it"),
        pytest.param(SessionState.FINISHING, 100, False, id="more may come"),
    ],
)
def test_is_a_session_that_is_over_and_wholly_in_blocks(
    state: SessionState, sealed: int, packed: bool
) -> None:
    assert is_packed(make_session(state, announced=100, sealed=sealed)) is packed
