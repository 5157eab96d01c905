"""access.visitors.address_of."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from access.visitors import address_of


@pytest.mark.parametrize(
    ("behind_proxy", "expected"), [(False, "192.0.2.1"), (True, "198.51.100.2")]
)
def test_believes_a_proxy_only_where_there_is_one(
    settings: Settings, behind_proxy: bool, expected: str
) -> None:
    settings.BEHIND_PROXY = behind_proxy
    request = RequestFactory().get(
        "/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.2"
    )
    assert address_of(request) == expected
