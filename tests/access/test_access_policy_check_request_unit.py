"""access.policy.check_request."""

import pytest
from pytest_django import Settings

from access.errors import TooMany
from access.policy import check_request, check_start
from access.roles import Visitor

pytestmark = pytest.mark.usefixtures("fresh_limits")


def test_bounds_what_each_visitor_asks_in_a_minute(settings: Settings) -> None:
    settings.REQUESTS_PER_MINUTE = settings.SESSION_STARTS_PER_MINUTE = 1
    alice, bob = Visitor(address="192.0.2.1"), Visitor(address="192.0.2.2")
    # Starts are another matter.
    check_start(alice)
    check_request(alice)
    with pytest.raises(TooMany, match="at most 1 requests") as refused:
        check_request(alice)
    assert 0 < refused.value.retry_after_s <= 60
    check_request(bob)
