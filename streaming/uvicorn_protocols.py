"""What uvicorn's connections lack: patience and impatience where they are due.

Its websockets hang up as soon as they have said goodbye, so that a peer that is still talking
may never read why; wait without end for one that does not read; and raise where an application
says something to a peer that has just gone.
"""

import asyncio
import logging
import struct
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Opcode
from websockets.protocol import State

from streaming.connection_limits import (
    CLOSE_HANDSHAKE_TAKES_S,
    GOING_AWAY,
    GOODBYE_TAKES_S,
    REQUEST_TAKES_S,
)
from streaming.pacing import WINDOW_BYTES

logger = logging.getLogger(__name__)

BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
INVALID_TEXT = 1007  # RFC 6455, 7.4.1
NO_CLOSE_FRAME = 1006
PING_TIMEOUT = 1011
# Messages that wait for the application before no more are read.
MAX_WAITING = 4
# A peer whose framing broke is listened to until it has been silent for so long.
SILENCE_S = 0.5
_FINAL = 0x80
_SHORT, _MEDIUM, _LONG = struct.Struct("!BB"), struct.Struct("!BBH"), struct.Struct("!BBQ")


class StreamWebSocket(WebSocketsSansIOProtocol):
    """A websocket that says why it ends, and ends."""

    def connection_made(self, transport: Any) -> None:
        """Let a whole window wait for a slow reader, so that what it lacks is credit.

        A reader that grants credit without reading is the one that makes a sender wait.
        """
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=2 * WINDOW_BYTES)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the application that it ended without a close frame, where it did."""
        self._tell_application(NO_CLOSE_FRAME, "")
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; once the framing is broken, only note that there was something."""
        if self.close_sent and self.conn.parser_exc is not None:
            self._hang_up_in(SILENCE_S)
            return
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            # Too many headers, or too long ones, of which the library tells nobody.
            self.transport.write(BAD_REQUEST)
            self.transport.close()

    async def send(self, message: Any) -> None:
        """Send, unless there is nobody any more; a close waits for no reader."""
        if message["type"] == "websocket.close" and self.handshake_complete:
            self._close(message.get("code", 1000), message.get("reason") or "")
            return
        await self.writable.wait()
        if self.disconnected or self.close_sent:
            logger.debug("nothing sent to %s, which is gone", self.client)
            return
        if message["type"] == "websocket.send" and self.handshake_complete:
            self._send_message(message)
            return
        try:
            await super().send(message)
        except ClientDisconnected:
            logger.debug("nothing sent to %s, which is leaving", self.client)

    def send_receive_event_to_app(self) -> None:
        """Hand a message on; stop reading when some wait, which the library does for each."""
        data = b"".join(self.frames)
        self.frames = []
        if self.close_sent:
            return
        if self.curr_msg_data_type == "bytes":
            self.queue.put_nowait({"type": "websocket.receive", "bytes": data})
        else:
            try:
                self.queue.put_nowait({"type": "websocket.receive", "text": data.decode()})
            except UnicodeDecodeError:
                self._close(INVALID_TEXT, "text must be UTF-8")
                return
        if self.queue.qsize() >= MAX_WAITING and not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()

    def handle_ping(self) -> None:
        """Answer, unless the peer takes no answer."""
        answer = b"".join(self.conn.data_to_send())
        if self.writable.is_set():
            self.transport.write(answer)

    def handle_parser_exception(self) -> None:
        """Tell a peer what was wrong, and hang up when it has had time to read it."""
        close = self.conn.close_sent
        self.transport.write(b"".join(self.conn.data_to_send()))
        if close is None:
            # Its handshake was broken, for which there is no close frame.
            self.transport.close()
            return
        self._tell_application(close.code, close.reason)
        self._part(SILENCE_S)

    def keepalive_timeout(self) -> None:
        """End the connection to a peer that did not answer a ping, unless we did not listen."""
        self.pong_timer = None
        if self.read_paused:
            # What it said before waits for the application, and its answer behind that.
            self.pong_timer = self.loop.call_later(SILENCE_S, self.keepalive_timeout)
            return
        self.pending_ping_payload = None
        if self.conn.state is State.OPEN and not self.close_sent:
            self.conn.fail(PING_TIMEOUT, "a ping was not answered")
            self.transport.write(b"".join(self.conn.data_to_send()))
            self._tell_application(NO_CLOSE_FRAME, "")
            self._part(CLOSE_HANDSHAKE_TAKES_S)

    def shutdown(self) -> None:
        """Say goodbye as the server ends."""
        if not self.handshake_complete:
            super().shutdown()
        elif self.conn.state is State.OPEN and not self.close_sent:
            self._close(GOING_AWAY, "", within_s=GOODBYE_TAKES_S)
        else:
            self._hang_up_in(GOODBYE_TAKES_S)

    def _send_message(self, message: Any) -> None:
        """Write one frame; a server's is a head and the bytes, in a tenth of the library's time."""
        data = message.get("bytes")
        opcode = Opcode.BINARY
        if data is None:
            data, opcode = message["text"].encode(), Opcode.TEXT
        length = len(data)
        if length > WINDOW_BYTES:
            self.transport.set_write_buffer_limits(high=2 * length)
        # RFC 6455, 5.2: the final frame of its message, not masked.
        if length < 126:
            head = _SHORT.pack(_FINAL | opcode, length)
        elif length < 65536:
            head = _MEDIUM.pack(_FINAL | opcode, 126, length)
        else:
            head = _LONG.pack(_FINAL | opcode, 127, length)
        self.transport.write(head + data)

    def _close(self, code: int, reason: str, within_s: float = CLOSE_HANDSHAKE_TAKES_S) -> None:
        if self.disconnected or self.close_sent or self.conn.state is not State.OPEN:
            return
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self._tell_application(code, reason)
        self._part(within_s)

    def _part(self, within_s: float) -> None:
        """Read on, since closing on what was not read would take back what was sent."""
        self.stop_keepalive()
        self.close_sent = True
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self._hang_up_in(within_s)

    def _tell_application(self, code: int, reason: str) -> None:
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})

    def _hang_up_in(self, seconds: float) -> None:
        """End the connection then, read or not; the library ends it when the peer agrees."""
        if self.close_timer is not None:
            self.close_timer.cancel()
        self.close_timer = self.loop.call_later(seconds, self.transport.abort)


class ImpatientHttp(H11Protocol):
    """HTTP/1.1 that hangs up on a request that takes too long to come."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._deadline: asyncio.TimerHandle | None = None
        self._is_websocket = False

    def connection_made(self, transport: Any) -> None:
        """Expect a request."""
        super().connection_made(transport)
        self._expect()

    def data_received(self, data: bytes) -> None:
        """Take a part of a request."""
        super().data_received(data)
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY) and not self._is_websocket:
            self._expect()
        else:
            self._stop_expecting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing more."""
        self._stop_expecting()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Leave the connection to the websocket."""
        self._is_websocket = True
        self._stop_expecting()
        super().handle_websocket_upgrade(event)

    def _expect(self) -> None:
        if self._deadline is None and not self.transport.is_closing():
            self._deadline = self.loop.call_later(REQUEST_TAKES_S, self.transport.close)

    def _stop_expecting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
