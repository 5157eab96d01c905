"""A server that speaks the protocol of both sockets on one port, and errs where a test wants."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

from analysis.addresses import ServerAddress
from results.batches import PredictionBatch
from streaming.messages import (
    FRAMES_CLIENT_TYPES,
    FRAMES_SUBPROTOCOL,
    SESSION_CLIENT_TYPES,
    SESSION_PATH,
    SESSION_SUBPROTOCOL,
    Accepted,
    Ack,
    Attach,
    Attached,
    Credit,
    Ended,
    Error,
    Follow,
    Following,
    Message,
    Open,
    Opened,
    Progress,
    Ready,
    Stop,
    Submit,
    decode_message,
    encode_message,
)
from streaming.predictions import decode_predictions
from tests.analysis.live_fakes import SESSION, WAIT_S, a_session, message, the_end


class FakeServer:  # pylint: disable=too-many-instance-attributes  # each a fault to choose
    """One session after the other; what a test changes is an attribute.

    Attributes:
        sessions: Those that a follower is given, one after the other.
        change: Makes another message of each frame message, or None to leave it out.
        ack: The answer to a batch; None keeps it waiting.
        accept: The answer to a report.
        break_frames_at: Sequence before which the frames socket breaks.
        close_code: What it is closed with there; None breaks the connection.
        on_stop: Called when a stop comes.
        obeys: Whether a stop ends the stream.
        pause_at: Sequence before which the stream waits for ``resume`` or a stop.
        stop_before: The message, ``attach`` or ``ready``, before which the next session is stopped.
    """

    def __init__(self, count: int = 10, *, batch: int = 4, **opened: Any) -> None:
        self.count = count
        self.batch = batch
        self.opened_fields = opened
        self.sessions: list[Opened] = []
        self.change: Callable[[int, bytes], bytes | None] = lambda first, data: data
        self.ack: Callable[[int, PredictionBatch], Message | None] = self._plain_ack
        self.accept: Callable[[Submit], Message] = self._plain_accept
        self.open_answer: Message | None = None
        self.break_frames_at: int | None = None
        self.close_code: int | None = None
        self.pause_at: int | None = None
        self.stop_before = ""
        self.resume = threading.Event()
        self.paused = threading.Event()
        self.on_stop: Callable[[], object] = lambda: None
        self.obeys = True
        self.address = ServerAddress("ws", "127.0.0.1", 1)
        self.received: list[Any] = []
        self.stored: dict[int, int] = {}
        self.reports: list[dict[str, Any]] = []
        self.closed_with: list[tuple[int | None, str | None]] = []
        self.connections = 0
        self._started = threading.Event()
        self._stopped = threading.Event()
        self._session_socket: ServerConnection | None = None

    @contextlib.contextmanager
    def running(self) -> Iterator["FakeServer"]:
        """The server on a free port, until the block is left."""
        with serve(
            self._handle,
            "127.0.0.1",
            0,
            subprotocols=[Subprotocol(SESSION_SUBPROTOCOL), Subprotocol(FRAMES_SUBPROTOCOL)],
            compression=None,
            max_size=None,
            close_timeout=1,
        ) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            self.address = ServerAddress("ws", "127.0.0.1", server.socket.getsockname()[1])
            try:
                yield self
            finally:
                self._stopped.set()
                self.resume.set()
                server.shutdown()
                thread.join()

    def opened(self, **changes: Any) -> Opened:
        """The session that it opens."""
        fields = {"frames_port": self.address.port} | self.opened_fields | changes
        return a_session(self.count, **fields)

    def received_of(self, kind: type[Any]) -> list[Any]:
        """The messages of that type that came."""
        return [one for one in self.received if isinstance(one, kind)]

    def _handle(self, socket: ServerConnection) -> None:
        try:
            if socket.request is not None and socket.request.path == SESSION_PATH:
                self.connections += 1
                self._session_socket = socket
                self._serve_session(socket)
            else:
                self._serve_frames(socket)
        except ConnectionClosed:
            code = socket.close_code
            self.closed_with.append((code, socket.close_reason))

    def _serve_session(self, socket: ServerConnection) -> None:
        while True:
            data = socket.recv(WAIT_S)
            if isinstance(data, bytes):
                answer = self.ack(*decode_predictions(data))
            else:
                answer = self._answer(decode_message(data, SESSION_CLIENT_TYPES))
            if answer is not None:
                self._say(socket, answer)
            if isinstance(answer, Following):
                self._offer(socket)
            elif isinstance(answer, Accepted | Ended):
                if not self.received_of(Follow):
                    return
                self._offer(socket)
            elif isinstance(answer, Ready):
                self._started.set()

    def _offer(self, socket: ServerConnection) -> None:
        self._started.clear()
        self.stored.clear()
        if self.sessions:
            self._say(socket, self.sessions.pop(0))

    def _answer(self, request: Any) -> Message | None:
        self.received.append(request)
        match request:
            case Open():
                return self.open_answer or self.opened()
            case Follow():
                return self.open_answer or Following(worker=SESSION)
            case Ready():
                return self._stopped_session("ready") or Ready()
            case Stop():
                self.on_stop()
                if self.obeys:
                    self._stopped.set()
            case Submit():
                self.reports.append(request.report)
                return self.accept(request)
            case Progress():
                pass
        return None

    def _serve_frames(self, socket: ServerConnection) -> None:
        attach = decode_message(str(socket.recv(WAIT_S)), FRAMES_CLIENT_TYPES)
        assert isinstance(attach, Attach)
        if attach.secret != "secret":
            self._say(socket, Error(code="wrong-secret", detail="no", close_code=4403))
            socket.close(4403)
            return
        if (ended := self._stopped_session("attach")) is not None:
            assert self._session_socket is not None
            self._say(self._session_socket, ended)
            self._say(socket, Error(code="out-of-order", detail="stopped", close_code=4410))
            self._offer(self._session_socket)
            return
        self._say(socket, Attached(session=SESSION))
        credit = first = 0
        while first < self.count and not self._stopped.is_set():
            while credit <= first:
                granted = decode_message(str(socket.recv(WAIT_S)), FRAMES_CLIENT_TYPES)
                assert isinstance(granted, Credit) and granted.until > credit
                credit = granted.until
            assert self._started.wait(WAIT_S)
            if self.break_frames_at is not None and first >= self.break_frames_at:
                self._break(socket)
                return
            if self.pause_at is not None and first >= self.pause_at:
                self.paused.set()
                while not (self.resume.wait(0.02) or self._stopped.is_set()):
                    pass
                if self._stopped.is_set():
                    break
            count = min(self.batch, credit - first, self.count - first)
            data = self.change(first, message(first, count))
            if data is not None:
                socket.send(data)
            first += count
        reason = "interrupted" if first < self.count else "complete"
        self._end(socket, the_end(first, unsent=self.count - first, reason=reason))

    def _stopped_session(self, before: str) -> Ended | None:
        if self.stop_before != before:
            return None
        self.stop_before = ""
        return the_end(0, unsent=self.count, reason="browser")

    def _break(self, socket: ServerConnection) -> None:
        if self.close_code is None:
            socket.close_socket()
        else:
            socket.close(self.close_code, "a reason")

    def _end(self, socket: ServerConnection, ended: Ended) -> None:
        self._stopped.clear()
        assert self._session_socket is not None
        self._say(self._session_socket, ended)
        self._say(socket, ended)

    @staticmethod
    def _say(socket: ServerConnection, answer: Message) -> None:
        socket.send(encode_message(answer))
        if isinstance(answer, Error) and answer.close_code:
            socket.close(answer.close_code)

    def _plain_ack(self, number: int, batch: PredictionBatch) -> Message:
        for sequence, class_id in zip(batch.sequences, batch.class_ids, strict=True):
            assert int(sequence) not in self.stored
            self.stored[int(sequence)] = int(class_id)
        return Ack(batch=number, stored=len(batch), repeated=0, total=len(self.stored))

    def _plain_accept(self, submit: Submit) -> Message:
        return Accepted(
            session=SESSION,
            state="completed",
            verified=True,
            discrepancies=[],
            ledger=submit.report["ledger"],
            page=f"/sessions/{SESSION}/",
        )
