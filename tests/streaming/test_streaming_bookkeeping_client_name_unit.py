"""streaming.bookkeeping.client_name."""

import pytest

from streaming.bookkeeping import client_name
from streaming.messages import ClientInfo


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        pytest.param(ClientInfo(name="analyze", version="1.2"), "analyze 1.2", id="with version"),
        pytest.param(ClientInfo(name="analyze"), "analyze", id="without"),
    ],
)
def test_names_client_and_version(client: ClientInfo, expected: str) -> None:
    assert client_name(client) == expected
