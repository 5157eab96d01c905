"""Reading along on the session socket: what the client said, and what it was told."""

import json
import logging
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import Protocol
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from streaming.messages import SESSION_SUBPROTOCOL
from streaming.predictions import decode_predictions
from tests.faults.proxy import Piece

# Nobody is connected here, whatever the library thinks.
_SILENT = logging.getLogger(f"{__name__}.websockets")
_SILENT.setLevel(logging.WARNING)


class Witness:
    """The tap of a proxy before the session port.

    Attributes:
        seen: How many messages of each type passed, either way.
        opened: The last ``opened``; empty before the first.
        acknowledged: Every sequence of which the client was told that it is stored.
    """

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.opened: dict[str, Any] = {}
        self.acknowledged: set[int] = set()
        self._pairs: dict[int, _Pair] = {}
        self._changed = threading.Condition()

    def __call__(self, piece: Piece) -> None:
        """Take note of what passes."""
        with self._changed:
            if piece.connection not in self._pairs:
                self._pairs[piece.connection] = _Pair()
            pair = self._pairs[piece.connection]
            for frame in pair.read(piece):
                self._note(pair, frame, to_client=piece.to_client)
            self._changed.notify_all()

    def wait_until(self, condition: Callable[[], bool], within_s: float) -> None:
        """Wait until what was seen fulfils the condition.

        Raises:
            TimeoutError: it does not, within that time.
        """
        with self._changed:
            if not self._changed.wait_for(condition, within_s):
                raise TimeoutError(f"in {within_s} s, only these passed: {dict(self.seen)}")

    def _note(self, pair: "_Pair", frame: Frame, *, to_client: bool) -> None:
        if frame.opcode is Opcode.BINARY:
            self.seen["predictions"] += 1
            if not to_client:
                number, batch = decode_predictions(bytes(frame.data))
                pair.batches[number] = batch.sequences.tolist()
        elif frame.opcode is Opcode.TEXT:
            message = json.loads(bytes(frame.data))
            self.seen[message["type"]] += 1
            if message["type"] == "opened":
                self.opened = message
            elif message["type"] == "ack":
                self.acknowledged.update(pair.batches.pop(message["batch"]))


class _Pair:
    """Both directions of one connection, decoded by a websocket end of its own for each."""

    def __init__(self) -> None:
        self.batches: dict[int, list[int]] = {}
        subprotocols = [Subprotocol(SESSION_SUBPROTOCOL)]
        self._server: Protocol = ServerProtocol(
            subprotocols=subprotocols, max_size=None, logger=_SILENT
        )
        self._client = ClientProtocol(
            parse_uri("ws://anywhere/"), subprotocols=subprotocols, max_size=None, logger=_SILENT
        )
        self._client.connect()

    def read(self, piece: Piece) -> list[Frame]:
        """The websocket frames that this piece completes."""
        end = self._client if piece.to_client else self._server
        end.receive_data(piece.data)
        frames = []
        for event in end.events_received():
            if isinstance(event, Request):
                assert isinstance(self._server, ServerProtocol)
                self._server.send_response(self._server.accept(event))
                # So that the answer to this very handshake is taken for valid.
                self._client.key = event.headers["Sec-WebSocket-Key"]
            elif isinstance(event, Frame):
                frames.append(event)
        end.data_to_send()  # whatever it would answer
        return frames
