"""A complete client in some forty lines: `python examples/minimal_client.py ws://127.0.0.1:7000`.

Needs only `websockets` and `numpy`, and nothing of fashionsite. Its "classifier" says that bright
pictures are bags. It ends without a report, so the session is kept as failed, with every
prediction; docs/reference/report.md says what a report holds.
"""

import json
import logging
import struct
import sys
import time
from urllib.parse import urlsplit

import numpy as np
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

CLASSES = ["not a bag", "bag"]


def call(socket: ClientConnection, **message: object) -> dict[str, object]:
    """Send one JSON message and return the answer to it."""
    socket.send(json.dumps(message))
    answer: dict[str, object] = json.loads(socket.recv(timeout=10))
    return answer


def main(server: str, count: int = 20, fps: float = 10) -> int:
    """Classify ``count`` frames of the server's stream; returns how many it acknowledged."""
    classifier = {"name": "brightness", "sha256": "0" * 64, "class_names": CLASSES}
    with connect(
        f"{server}/ws/sessions/", subprotocols=[Subprotocol("fashionsite.session.v1")]
    ) as session:
        client = {"name": "minimal_client"}
        opened = call(
            session, type="open", count=count, fps=fps, classifier=classifier, client=client
        )
        address = f"ws://{urlsplit(server).hostname}:{opened['frames_port']}{opened['frames_path']}"
        total = 0
        with connect(address, subprotocols=[Subprotocol("fashionsite.frames.v1")]) as frames:
            call(frames, type="attach", secret=opened["secret"])
            frames.send(json.dumps({"type": "credit", "until": opened["window"]}))
            call(session, type="ready")
            for message in frames:
                if isinstance(message, str):  # `ended`: the last frame was sent
                    break
                fields = struct.unpack_from("<4sBBHQIHHQ", message)
                first, n, height, width, sent_at_ns = fields[4:]
                images = np.frombuffer(message, np.uint8, offset=32).reshape(n, height, width, -1)
                bright = images.mean(axis=(1, 2, 3)) / 255
                latency_ms = (time.time_ns() - sent_at_ns) / 1e6
                session.send(
                    struct.pack("<4sBBHII", b"FSPR", 1, 0, len(CLASSES), n, first)
                    + np.arange(first, first + n, dtype="<u8").tobytes()
                    + np.full(n, latency_ms, "<f4").tobytes()
                    + np.stack([1 - bright, bright], axis=1).astype("<f4").tobytes()
                )
                total = json.loads(session.recv(timeout=10))["total"]
                frames.send(json.dumps({"type": "credit", "until": first + n + opened["window"]}))
    return total


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    logging.info("acknowledged %d predictions", main(sys.argv[1]))
