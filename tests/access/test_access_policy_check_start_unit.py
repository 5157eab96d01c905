"""access.policy.check_start."""

import pytest
from pytest_django import Settings

from access.errors import TooMany
from access.policy import check_start
from access.roles import Visitor

pytestmark = pytest.mark.usefixtures("fresh_limits")


def test_bounds_what_each_visitor_starts_in_a_minute(settings: Settings) -> None:
    settings.SESSION_STARTS_PER_MINUTE = 2
    alice, bob = Visitor(address="192.0.2.1"), Visitor(address="192.0.2.1", user_id=1)
    check_start(alice)
    check_start(alice)
    with pytest.raises(TooMany, match="at most 2 sessions") as refused:
        check_start(alice)
    assert 0 < refused.value.retry_after_s <= 60
    check_start(bob)
