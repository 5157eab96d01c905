"""A complete client, some forty lines: `python examples/minimal_client.py ws://127.0.0.1:7000`.

Needs `websockets` and `numpy`, and nothing of fashionsite. Its "classifier" takes bright pictures
for bags. docs/reference/protocol.md explains each step.
"""

import json
import logging
import struct
import sys
import time
from typing import Any

import numpy as np
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

CLASSIFIER = {"name": "brightness", "sha256": "0" * 64, "class_names": ["no bag", "bag"]}


def say(socket: ClientConnection, **message: Any) -> None:
    """Send a JSON message."""
    socket.send(json.dumps(message))


def hear(socket: ClientConnection, kind: str) -> dict[str, Any]:
    """The next message of this type; others are passed over."""
    while (message := dict(json.loads(socket.recv(timeout=10))))["type"] != kind:
        pass
    return message


def classify(message: bytes) -> tuple[int, bytes]:
    """The sequence after the last frame of a message, and the predictions to send back."""
    *_, first, count, height, width, sent_at_ns = struct.unpack_from("<4sBBHQIHHQ", message)
    images = np.frombuffer(message, np.uint8, offset=32).reshape(count, height, width, -1)
    bag = images.mean(axis=(1, 2, 3)) / 255
    latencies_ms = np.full(count, (time.time_ns() - sent_at_ns) / 1e6, "<f4")
    header = struct.pack("<4sBBHII", b"FSPR", 1, 0, 2, count, first)
    sequences = np.arange(first, first + count, dtype="<u8")
    probabilities = np.stack([1 - bag, bag], axis=1).astype("<f4")
    body = sequences.tobytes() + latencies_ms.tobytes() + probabilities.tobytes()
    return first + count, header + body


def main(server: str, count: int = 20, fps: float = 10) -> dict[str, Any]:
    """Classify ``count`` frames of the server's stream; returns its last word on the session."""
    protocols = Subprotocol("fashionsite.session.v1"), Subprotocol("fashionsite.frames.v1")
    with connect(f"{server}/ws/sessions/", subprotocols=[protocols[0]]) as session:
        client = {"name": "minimal_client"}
        say(session, type="open", count=count, fps=fps, classifier=CLASSIFIER, client=client)
        opened = hear(session, "opened")
        address = f"{server.rpartition(':')[0]}:{opened['frames_port']}{opened['frames_path']}"
        with connect(address, subprotocols=[protocols[1]]) as frames:
            say(frames, type="attach", secret=opened["secret"])
            hear(frames, "attached")
            say(frames, type="credit", until=opened["window"])
            say(session, type="ready")
            while isinstance(message := frames.recv(), bytes):  # the text after the last: `ended`
                received, predictions = classify(message)
                session.send(predictions)
                hear(session, "ack")  # these are stored
                say(frames, type="credit", until=received + opened["window"])
        say(session, type="done")
        return hear(session, "accepted")


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    logging.info(main(sys.argv[1]))
