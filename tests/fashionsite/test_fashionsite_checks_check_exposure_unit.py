"""fashionsite.checks.check_exposure."""

import pytest
from pytest_django import Settings

from fashionsite.checks import check_exposure


@pytest.mark.parametrize(
    ("is_network", "https", "hosts", "expected"),
    [
        pytest.param(False, False, ["localhost", "127.0.0.1", "[::1]"], [], id="this machine"),
        pytest.param(True, True, ["clothes.example"], [], id="a network with TLS"),
        pytest.param(True, False, ["clothes.example"], ["fashionsite.W001"], id="without TLS"),
        pytest.param(
            False, False, ["localhost", "clothes.example"], ["fashionsite.W002"], id="undeclared"
        ),
    ],
)
def test_warns_of_what_is_open(
    settings: Settings, is_network: bool, https: bool, hosts: list[str], expected: list[str]
) -> None:
    settings.IS_NETWORK, settings.HTTPS, settings.ALLOWED_HOSTS = is_network, https, hosts
    found = check_exposure()
    assert [message.id for message in found] == expected
    assert all(message.hint for message in found)
