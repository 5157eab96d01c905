"""examples.minimal_client.say."""

import json
from unittest.mock import Mock

from examples.minimal_client import say


def test_sends_json() -> None:
    socket = Mock()
    say(socket, type="credit", until=5)
    (text,) = socket.send.call_args.args
    assert json.loads(text) == {"type": "credit", "until": 5}
