"""examples.minimal_client.hear."""

import json
from unittest.mock import Mock

from examples.minimal_client import hear


def test_passes_over_what_comes_before() -> None:
    messages = [{"type": "ended", "sent": 1}, {"type": "ack", "batch": 2}, {"type": "more"}]
    socket = Mock()
    socket.recv.side_effect = [json.dumps(each) for each in messages]
    assert hear(socket, "ack") == {"type": "ack", "batch": 2}
    assert socket.recv.call_count == 2
