"""access.policy.rules."""

import pytest
from pytest_django import Settings

from access.policy import rules
from access.roles import Rules


@pytest.mark.parametrize(
    ("access", "open_reading", "expected"),
    [
        ("local", False, Rules(is_network=False)),
        ("network", False, Rules(is_network=True)),
        ("network", True, Rules(is_network=True, reading_is_open=True)),
    ],
)
def test_are_those_of_the_settings(
    settings: Settings, access: str, open_reading: bool, expected: Rules
) -> None:
    settings.ACCESS, settings.OPEN_READING = access, open_reading
    assert rules() == expected
