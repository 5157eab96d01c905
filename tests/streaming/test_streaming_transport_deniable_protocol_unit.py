"""streaming.transport.DeniableProtocol, without a network."""

from typing import Any
from unittest.mock import Mock

import pytest
from autobahn.exception import Disconnected
from autobahn.websocket.types import ConnectionDeny
from twisted.internet.defer import Deferred

from streaming.frames import MAX_MESSAGE_BYTES
from streaming.transport import DeniableProtocol


def _connecting() -> Any:
    protocol = DeniableProtocol()
    protocol.server = Mock()
    protocol.sent = Mock()
    setattr(protocol, "sendData", protocol.sent)
    protocol.handshake_deferred = Deferred()
    # As autobahn does with what `onConnect` returned.
    protocol.handshake_deferred.addErrback(
        lambda failure: protocol.sendHttpErrorResponse(failure.value.code, failure.value.reason)
    )
    return protocol


def test_writes_the_answer_that_the_application_gives() -> None:
    protocol = _connecting()
    headers = [(b"Retry-After", b"10"), (b"Content-Type", b"application/json")]
    start = {"type": "websocket.http.response.start", "status": 429, "headers": headers}
    protocol.handle_reply(start)
    protocol.handle_reply(
        {"type": "websocket.http.response.body", "body": b'{"code"', "more_body": True}
    )
    protocol.sent.assert_not_called()
    protocol.handle_reply({"type": "websocket.http.response.body", "body": b": 1}"})
    protocol.sent.assert_called_once_with(
        b"HTTP/1.1 429 Too Many Requests\r\n"
        b"Retry-After: 10\r\n"
        b"Content-Type: application/json\r\n"
        b"Content-Length: 11\r\n"
        b"Connection: close\r\n"
        b"\r\n"
        b'{"code": 1}'
    )
    protocol.server.protocol_disconnected.assert_called_once_with(protocol)


def test_leaves_an_ordinary_refusal_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    protocol = _connecting()
    plain = Mock()
    monkeypatch.setattr(
        "autobahn.websocket.protocol.WebSocketServerProtocol.sendHttpErrorResponse", plain
    )
    deny: Any = ConnectionDeny  # untyped
    protocol.handshake_deferred.errback(deny(code=403, reason="Access denied"))
    plain.assert_called_once_with(403, "Access denied", None)


def _open(monkeypatch: pytest.MonkeyPatch, send: Any) -> Any:
    protocol = DeniableProtocol()
    protocol.state = protocol.STATE_OPEN
    protocol.client_addr = ("127.0.0.1", 1)
    protocol.maxMessagePayloadSize = 100
    monkeypatch.setattr(
        "autobahn.websocket.protocol.WebSocketProtocol.sendMessage",
        lambda self, content, binary: send(self.maxMessagePayloadSize, content, binary),
    )
    return protocol


def test_sends_more_than_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    send = Mock()
    protocol = _open(monkeypatch, send)
    protocol.handle_reply({"type": "websocket.send", "bytes": b"x" * 101})
    send.assert_called_once_with(MAX_MESSAGE_BYTES, b"x" * 101, True)
    assert protocol.maxMessagePayloadSize == 100


def test_sends_nothing_over_a_connection_that_just_broke(monkeypatch: pytest.MonkeyPatch) -> None:
    protocol = _open(monkeypatch, Mock(side_effect=Disconnected("closed")))
    protocol.handle_reply({"type": "websocket.send", "text": "too late"})
    assert protocol.maxMessagePayloadSize == 100
