"""fashionsite.metrics.SessionStates."""

from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError
from prometheus_client import CollectorRegistry

from fashionsite.metrics import SessionStates
from results.lifecycle import SessionState
from tests.results.conftest import make_session

COUNT = "fashionsite.metrics.count_sessions_by_state"


def _registry(stand_for_s: float) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(SessionStates(stand_for_s))
    return registry


def _value(registry: CollectorRegistry, state: SessionState) -> float | None:
    return registry.get_sample_value("fashionsite_sessions", {"state": state})


@pytest.mark.django_db
def test_counts_every_state_in_one_query(django_assert_num_queries: Any) -> None:
    for state in (SessionState.RUNNING, SessionState.RUNNING, SessionState.FAILED):
        make_session(state)
    registry = _registry(0)
    with django_assert_num_queries(1):
        assert _value(registry, SessionState.RUNNING) == 2
    assert _value(registry, SessionState.FAILED) == 1
    assert _value(registry, SessionState.REQUESTED) == 0
    assert registry.get_sample_value("fashionsite_database_up") == 1


def test_asks_again_only_after_a_while() -> None:
    registry = _registry(3600)
    with patch(COUNT, return_value={"running": 1}) as count:
        assert _value(registry, SessionState.RUNNING) == 1
        count.return_value = {"running": 2}
        assert _value(registry, SessionState.RUNNING) == 1
    assert count.call_count == 1


def test_says_so_where_the_database_is_away_and_gives_no_false_number() -> None:
    registry = _registry(0)
    with patch(COUNT, side_effect=OperationalError("password of bob")):
        assert registry.get_sample_value("fashionsite_database_up") == 0
        assert _value(registry, SessionState.RUNNING) is None


def test_is_registered_without_asking_the_database() -> None:
    with patch(COUNT) as count:
        _registry(0)
    count.assert_not_called()
