"""The server command as a process of its own."""

import urllib.request

from tests.servers import RunningServer


def test_serves_pages_on_the_session_port(stream_server: RunningServer) -> None:
    with urllib.request.urlopen(f"{stream_server.http_url}/api/sessions/", timeout=10) as answer:
        assert answer.status == 200
