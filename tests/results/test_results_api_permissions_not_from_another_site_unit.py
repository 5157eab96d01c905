"""results.api.permissions.NotFromAnotherSite: who may change something."""

import pytest
from django.core.exceptions import DisallowedHost
from pytest_django import Settings
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from results.api.permissions import NotFromAnotherSite


def _allows(method: str, origin: str | None, host: str = "localhost:7000") -> bool:
    headers = {"Host": host} | ({} if origin is None else {"Origin": origin})
    request = Request(APIRequestFactory().generic(method, "/", headers=headers))
    return NotFromAnotherSite().has_permission(request, APIView())


@pytest.mark.parametrize(
    ("method", "origin", "allowed"),
    [
        pytest.param("GET", "http://evil.example", True, id="reading"),
        pytest.param("POST", None, True, id="a program"),
        pytest.param("POST", "http://localhost:7000", True, id="this site"),
        pytest.param("POST", "http://localhost:3000", False, id="another port"),
        pytest.param("POST", "http://evil.example", False, id="another site"),
        pytest.param("DELETE", "null", False, id="a sandboxed page"),
        pytest.param("POST", "http://[", False, id="no URL"),
        pytest.param("POST", "http://evil.example/localhost:7000", False, id="a disguise"),
    ],
)
def test_only_this_site_and_programs_change_something(
    method: str, origin: str | None, allowed: bool
) -> None:
    assert _allows(method, origin) is allowed


def test_a_trusted_origin_may_too(settings: Settings) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://front.example"]
    assert _allows("POST", "https://front.example")


def test_a_foreign_name_for_this_machine_is_refused() -> None:
    with pytest.raises(DisallowedHost):
        _allows("POST", "http://evil.example", host="evil.example")
