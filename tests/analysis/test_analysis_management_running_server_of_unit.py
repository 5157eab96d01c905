"""analysis.management.running.server_of: which token is shown to whom."""

import logging
from pathlib import Path

import pytest
from pytest_django import Settings

from analysis.addresses import ServerAddress
from analysis.errors import InvalidToken
from analysis.management.running import server_of

TOKEN = "fst_" + 43 * "t"


def test_shows_what_the_settings_say(settings: Settings, tmp_path: Path) -> None:
    assert server_of({"server": None}).token == ""
    file = tmp_path / "token"
    file.touch(0o600)
    file.write_text(TOKEN, "ascii")
    settings.CLIENT_TOKEN_FILE = file
    assert server_of({"server": None}).token == TOKEN
    settings.CLIENT_TOKEN = "fst_other"
    assert server_of({"server": ServerAddress("ws", "127.0.0.1", 1)}).token == "fst_other"


@pytest.mark.parametrize(
    ("address", "is_readable"),
    [
        pytest.param(ServerAddress("ws", "clothes.example", 7000), True, id="clear text"),
        pytest.param(ServerAddress("wss", "clothes.example", 7000), False, id="TLS"),
        pytest.param(ServerAddress("ws", "127.0.0.1", 7000), False, id="this machine"),
    ],
)
def test_warns_of_a_token_that_others_on_the_way_can_read(
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    address: ServerAddress,
    is_readable: bool,
) -> None:
    settings.CLIENT_TOKEN = TOKEN
    with caplog.at_level(logging.DEBUG):
        assert server_of({"server": address}).token == TOKEN
    assert ("crosses the network readable" in caplog.text) is is_readable
    assert TOKEN not in caplog.text


def test_refuses_what_is_no_token(settings: Settings) -> None:
    settings.CLIENT_TOKEN = "two words"
    with pytest.raises(InvalidToken):
        server_of({"server": None})
