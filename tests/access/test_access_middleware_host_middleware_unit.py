"""access.middleware.HostMiddleware."""

import logging

import pytest
from django.test import Client


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "a b", "[::2]", ""])
def test_refuses_a_host_that_is_not_ours_in_one_line(
    host: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = Client().get("/", headers={"Host": host})
    assert response.status_code == 400
    assert b"ALLOWED_HOSTS" in response.content
    (record,) = [each for each in caplog.records if each.name == "access.middleware"]
    assert record.levelno == logging.WARNING
    assert record.exc_info is None
    shown = host in ("evil.example", "localhost.evil.example", "[::2]")
    assert (f"host {host}," in record.getMessage()) is shown
    assert "\n" not in record.getMessage()
    assert not [each for each in caplog.records if each.exc_info]


def test_lets_ours_pass() -> None:
    assert Client().get("/sign-in/", headers={"Host": "localhost"}).status_code == 200
