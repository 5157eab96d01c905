"""A client of both protocols for tests, as raw as it takes to also say what is not allowed."""

import contextlib
import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import numpy as np
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from results.batches import PredictionBatch
from results.ledger import Ledger
from results.report import ReportDocument, ReportSample, build_report
from results.samples import choose_samples, render_sample
from results.summary import summarise
from streaming.frames import MAX_MESSAGE_BYTES, FrameMessage, decode_frames
from streaming.messages import FRAMES_SUBPROTOCOL, SESSION_PATH, SESSION_SUBPROTOCOL
from streaming.predictions import encode_predictions
from tests.servers import CLASS_NAMES, RunningServer

WITHIN_S = 60.0
CLIENT = {"name": "peer", "version": "1"}
CLASSIFIER: dict[str, Any] = {
    "name": "guess",
    "sha256": "ab" * 32,
    "class_names": list(CLASS_NAMES),
}


@dataclass
class Peer:
    """One websocket to a server."""

    socket: ClientConnection
    early: list[dict[str, Any]] = field(default_factory=list)

    def say(self, kind: str, **fields: Any) -> None:
        """Send a JSON message."""
        self.socket.send(json.dumps({"type": kind, **fields}))

    def hear(self, kind: str) -> dict[str, Any]:
        """The next message of this type; `ended`, which may come at any time, waits its turn."""
        for index, early in enumerate(self.early):
            if early["type"] == kind:
                return self.early.pop(index)
        while True:
            message = self.socket.recv(timeout=WITHIN_S)
            assert isinstance(message, str), f"expected {kind}, got {len(message)} bytes"
            content: dict[str, Any] = json.loads(message)
            if content["type"] == kind:
                return content
            assert content["type"] == "ended", content
            self.early.append(content)

    def hear_frames(self) -> FrameMessage:
        """The next message, which must carry frames."""
        message = self.socket.recv(timeout=WITHIN_S)
        assert isinstance(message, bytes), message
        return decode_frames(message)

    def next_or_none(self) -> str | bytes | None:
        """The next message, or None once the connection has ended."""
        try:
            return self.socket.recv(timeout=WITHIN_S)
        except ConnectionClosed:
            return None

    def hear_end(self) -> dict[str, Any]:
        """The first message that carries no frames, passing over those that do."""
        while isinstance(message := self.socket.recv(timeout=WITHIN_S), bytes):
            pass
        content: dict[str, Any] = json.loads(message)
        return content

    def predict(self, batch: PredictionBatch, number: int = 1) -> dict[str, Any]:
        """Send predictions, and return the acknowledgement."""
        self.socket.send(encode_predictions(batch, number=number))
        return self.hear("ack")

    def close_code(self) -> int | None:
        """Read until the server closes, and return its code."""
        try:
            while True:
                self.socket.recv(timeout=WITHIN_S)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None

    def refusal(self) -> tuple[str, int]:
        """Read until the server closes; the code of its `error`, and the close code of both."""
        last = ""
        try:
            while True:
                message = self.socket.recv(timeout=WITHIN_S)
                last = message if isinstance(message, str) else ""
        except ConnectionClosed as closed:
            error = json.loads(last)
            assert error["type"] == "error", error
            assert closed.rcvd is not None and closed.rcvd.code == error["close_code"]
            assert error["detail"]
            return error["code"], error["close_code"]


@dataclass
class Stream:
    """What came of a stream.

    Attributes:
        messages: Every frame message, in order.
        ended: The server's word on the end.
        predicted: Everything that was predicted, in batches as acknowledged.
    """

    messages: list[FrameMessage] = field(default_factory=list)
    ended: dict[str, Any] = field(default_factory=dict)
    predicted: list[PredictionBatch] = field(default_factory=list)

    @property
    def sequences(self) -> list[int]:
        """The sequence of every frame received, in order."""
        return [each.first_sequence + index for each in self.messages for index in range(len(each))]


@contextlib.contextmanager
def session_socket(
    server: RunningServer,
    *,
    subprotocol: str | None = SESSION_SUBPROTOCOL,
    origin: str | None = None,
    path: str = SESSION_PATH,
    port: int | None = None,
    reads_ahead: int = 16,
) -> Iterator[Peer]:
    """A websocket to the session port, which reads so many messages before they are asked for."""
    url = f"ws://127.0.0.1:{port or server.session_port}{path}"
    with connect(
        url,
        subprotocols=[Subprotocol(subprotocol)] if subprotocol else None,
        origin=Origin(origin) if origin else None,
        proxy=None,
        max_size=MAX_MESSAGE_BYTES,
        max_queue=reads_ahead,
        # A peer that stops reading on purpose does not read pongs either.
        ping_interval=None,
    ) as connection:
        yield Peer(connection)


@contextlib.contextmanager
def frames_socket(
    server: RunningServer,
    session: str,
    *,
    subprotocol: str | None = FRAMES_SUBPROTOCOL,
    reads_ahead: int = 16,
) -> Iterator[Peer]:
    """A websocket to the frames port."""
    with session_socket(
        server,
        subprotocol=subprotocol,
        path=f"/frames/{session}",
        port=server.frames_port,
        reads_ahead=reads_ahead,
    ) as peer:
        yield peer


def open_session(peer: Peer, *, count: int | None = 20, fps: float | None = 0, **more: Any) -> Any:
    """Ask for a session; the server's `opened`."""
    peer.say("open", classifier=CLASSIFIER, client=CLIENT, count=count, fps=fps, **more)
    return peer.hear("opened")


def resume_session(peer: Peer, opened: dict[str, Any]) -> dict[str, Any]:
    """Take a session up again; the server's `resumed`."""
    peer.say("resume", session=opened["session"], secret=opened["secret"], client=CLIENT)
    resumed = peer.hear("resumed")
    assert resumed["session"] == opened["session"]
    return resumed


@contextlib.contextmanager
def attached(
    server: RunningServer, opened: dict[str, Any], *, following: int = 0, reads_ahead: int = 16
) -> Iterator[Peer]:
    """The frames socket of a session, attached for the frames from ``following`` on."""
    with frames_socket(server, opened["session"], reads_ahead=reads_ahead) as frames:
        frames.say("attach", secret=opened["secret"], next=following)
        answer = frames.hear("attached")
        assert (answer["session"], answer["next"]) == (opened["session"], following)
        yield frames


def cut(peer: Peer) -> None:
    """End the connection without a goodbye, as by a killed process, unless it has ended."""
    # The library's thread reads on the socket, so that closing it alone would tell nobody.
    with contextlib.suppress(OSError):
        peer.socket.socket.shutdown(socket.SHUT_RDWR)
    peer.socket.socket.close()


def predictions_of(sequences: Sequence[int], *, shift: int = 0) -> PredictionBatch:
    """What this client says of these frames: always the same, another with another ``shift``."""
    numbers = np.array(sequences, dtype=np.uint64)
    probabilities = np.full((len(numbers), len(CLASS_NAMES)), 0.02, dtype=np.float32)
    chosen = (numbers.astype(np.int64) + shift) % len(CLASS_NAMES)
    probabilities[np.arange(len(numbers)), chosen] = 0.82
    latencies_ms = (1 + numbers % 7).astype(np.float32)
    return PredictionBatch(
        sequences=numbers, probabilities=probabilities, latencies_ms=latencies_ms
    )


def run_stream(session: Peer, frames: Peer, opened: dict[str, Any]) -> Stream:
    """Grant credit, be ready, and predict everything that comes until the end."""
    frames.say("credit", until=opened["window"])
    session.say("ready")
    session.hear("ready")
    return take_rest(session, frames, opened)


def take_rest(
    session: Peer, frames: Peer, opened: dict[str, Any], stream: Stream | None = None
) -> Stream:
    """Predict everything that comes until the end."""
    stream = stream or Stream()
    while isinstance(message := frames.socket.recv(timeout=WITHIN_S), bytes):
        received = decode_frames(message)
        stream.messages.append(received)
        following = received.first_sequence + len(received)
        frames.say("credit", until=following + opened["window"])
        batch = predictions_of(range(received.first_sequence, following))
        session.predict(batch, number=received.first_sequence)
        stream.predicted.append(batch)
    stream.ended = json.loads(message)
    assert stream.ended["type"] == "ended", stream.ended
    assert session.hear("ended") == stream.ended
    return stream


def merged(batches: Sequence[PredictionBatch]) -> PredictionBatch:
    """Batches as one."""
    return PredictionBatch(
        sequences=np.concatenate([each.sequences for each in batches]),
        probabilities=np.concatenate([each.probabilities for each in batches]),
        latencies_ms=np.concatenate([each.latencies_ms for each in batches]),
    )


def report_of(opened: dict[str, Any], stream: Stream) -> ReportDocument:
    """The honest report of a stream whose every frame was predicted."""
    batch = merged(stream.predicted)
    now = datetime.now(UTC)
    sent = stream.ended["sent"]
    chosen = choose_samples(batch.sequences, batch.class_ids, batch.confidences, seed=0)
    picture = np.zeros((28, 28), dtype=np.uint8)
    return build_report(
        session=UUID(opened["session"]),
        dataset={"name": opened["dataset"]["name"], "sha256": opened["dataset"]["sha256"]},
        classifier={
            "name": CLASSIFIER["name"],
            "sha256": CLASSIFIER["sha256"],
            "class_names": list(CLASS_NAMES),
        },
        client={"name": CLIENT["name"], "version": CLIENT["version"]},
        started_at=now,
        ended_at=now,
        settings={
            "announced": opened["announced"],
            "fps": opened["fps"],
            "offset": opened["offset"],
            "overload": "wait",
        },
        ledger=Ledger(
            announced=opened["announced"],
            sent=sent,
            received=len(stream.sequences),
            analysed=len(batch),
            stored=len(batch),
        ),
        summary=summarise(batch, CLASS_NAMES),
        run={
            "duration_s": 1.0,
            "achieved_fps": float(sent),
            "queue_high_water": {"frames": 1, "results": 1},
            "preflight": None,
        },
        samples=[
            ReportSample(
                sequence=int(batch.sequences[index]),
                class_id=int(batch.class_ids[index]),
                class_name=CLASS_NAMES[batch.class_ids[index]],
                confidence=float(batch.confidences[index]),
                png=render_sample(picture, class_name="x", confidence=0.5),
            )
            for index in chosen
        ],
    )


def rest(
    server: RunningServer, path: str, body: dict[str, Any] | None = None, *, post: bool = False
) -> tuple[int, Any]:
    """Status and JSON of a REST call; a POST where there is a body, or ``post``."""
    request = urllib.request.Request(
        f"{server.http_url}{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
        method="POST" if body is not None or post else "GET",
    )
    try:
        with urllib.request.urlopen(request, timeout=WITHIN_S) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def rest_session(server: RunningServer, uuid: str) -> dict[str, Any]:
    """A session as REST gives it."""
    status, session = rest(server, f"/api/sessions/{uuid}/")
    assert status == 200, session
    content: dict[str, Any] = session
    return content


def wait_until(is_so: Callable[[], bool], *, within_s: float = 60.0) -> None:
    """Ask again and again, until it is so."""
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline, f"not so within {within_s} s"
        time.sleep(0.02)


def wait_for(
    server: RunningServer,
    opened: dict[str, Any],
    is_so: Callable[[dict[str, Any]], bool],
    *,
    within_s: float = WITHIN_S,
) -> dict[str, Any]:
    """A session as REST gives it, once it is so."""
    deadline = time.monotonic() + within_s
    while not is_so(session := rest_session(server, opened["session"])):
        assert time.monotonic() < deadline, session
        time.sleep(0.02)
    return session


def counts(session: dict[str, Any]) -> tuple[int, ...]:
    """The ledger's nine numbers of a session as REST gives it, in the order of a frame's life."""
    names = ("announced", "sent", "unsent", "received", "lost", "analysed", "rejected", "dropped")
    return tuple(session["ledger"][name] for name in (*names, "stored"))
