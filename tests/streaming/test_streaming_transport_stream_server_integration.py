"""streaming.transport.StreamServer, as `runstream` has it."""

import http.client
import json

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from streaming.connection_limits import MAX_BODY_BYTES
from tests.servers import RunningServer


def test_a_websocket_is_refused_with_a_reason(stream_server: RunningServer) -> None:
    with pytest.raises(InvalidStatus) as refused:
        connect(f"{stream_server.ws_url}/ws/sessions/", origin=Origin("http://evil.example"))
    response = refused.value.response
    assert response.status_code == 403
    assert response.headers["Content-Type"] == "application/json"
    assert json.loads(response.body or b"")["code"] == "foreign-origin"


@pytest.mark.parametrize("port", ["frames_port", "session_port"])
def test_a_body_without_end_is_not_taken(stream_server: RunningServer, port: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", getattr(stream_server, port), timeout=30)
    connection.putrequest("POST", "/api/sessions/")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(MAX_BODY_BYTES + 1))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()
