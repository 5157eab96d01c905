"""access.policy.forget."""

import pytest
from pytest_django import Settings

from access.errors import TooMany
from access.policy import check_request, forget
from access.roles import Visitor


@pytest.mark.usefixtures("fresh_limits")
def test_begins_to_count_anew(settings: Settings) -> None:
    settings.REQUESTS_PER_MINUTE = 1
    visitor = Visitor(address="192.0.2.1")
    check_request(visitor)
    with pytest.raises(TooMany):
        check_request(visitor)
    forget()
    check_request(visitor)
