"""results.selectors.count_sessions_by_state."""

from typing import Any

import pytest

from results.lifecycle import SessionState
from results.selectors import count_sessions_by_state
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_counts_each_state_that_any_session_is_in_by_one_query(
    django_assert_num_queries: Any,
) -> None:
    for state in (SessionState.RUNNING, SessionState.RUNNING, SessionState.COMPLETED):
        make_session(state)
    with django_assert_num_queries(1):
        assert count_sessions_by_state() == {"running": 2, "completed": 1}


def test_is_empty_where_there_is_none() -> None:
    assert not count_sessions_by_state()
