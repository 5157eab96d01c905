"""access.policy.connection_slots."""

from pytest_django import Settings

from access.policy import connection_slots


def test_are_as_many_as_the_settings_say_for_each_port_anew(settings: Settings) -> None:
    settings.MAX_CONNECTIONS = 3
    slots = connection_slots()
    assert slots.limit == 3
    assert connection_slots() is not slots
