"""fashionsite.asgi.not_here."""

import pytest
from channels.testing import HttpCommunicator

from fashionsite.asgi import not_here

# Channels looks after old database connections around each message.
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
async def test_says_where_pages_are(method: str) -> None:
    answer = await HttpCommunicator(not_here(7123), method, "/any/").get_response()
    assert answer["status"] == 404
    assert b"7123" in answer["body"]
    assert (b"content-type", b"text/plain; charset=utf-8") in answer["headers"]
