"""A server that speaks the protocol of both sockets on one port, and errs where a test wants."""

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
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
    Ready,
    Recall,
    Recalled,
    Resume,
    Resumed,
    Stop,
    Submit,
    decode_message,
    encode_message,
)
from streaming.predictions import decode_predictions, encode_predictions
from tests.analysis.live_fakes import SESSION, WAIT_S, a_session, message, result_chunk, the_end


class FakeServer:  # pylint: disable=too-many-instance-attributes  # each a fault to choose
    """One session after the other; what a test changes is an attribute.

    Attributes:
        sessions: Those that a follower is given, one after the other.
        change: Makes another message of each frame message, or None to leave it out.
        ack: The answer to a batch; None keeps it waiting.
        accept: The answer to a report.
        resumed: The answer to a resume.
        break_frames_at: Sequences before which the frames socket breaks, each once.
        break_session_at: What breaks the session socket when it comes, each once: the count of
            a batch, from 0 over all connections, or the type of a message.
        stores_before: Whether what breaks it takes effect first, and only the answer is lost.
        close_code: What a socket is closed with there; None breaks the connection.
        on_stop: Called when a stop comes.
        obeys: Whether a stop ends the stream.
        recalls: Most predictions that a recall brings back at once.
        pause_at: Sequence before which the stream waits for ``resume`` or a stop.
        quiet_before_ready: Whether the first ready goes unanswered.
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
        self.resumed: Callable[[], Message] = self._plain_resumed
        self.break_frames_at: list[int] = []
        self.break_session_at: list[int | type[Any]] = []
        self.stores_before = True
        self.close_code: int | None = None
        self.pause_at: int | None = None
        self.stop_before = ""
        self.recalls = 5
        self.quiet_before_ready = False
        self.resume = threading.Event()
        self.paused = threading.Event()
        self.on_stop: Callable[[], object] = lambda: None
        self.obeys = True
        self.address = ServerAddress("ws", "127.0.0.1", 1)
        self.received: list[Any] = []
        self.attached: list[int] = []
        self.sent = 0
        self.batches = 0
        self.stored: dict[int, int] = {}
        self.rows: dict[int, tuple[np.float32, npt.NDArray[np.float32]]] = {}
        self.ended: Ended | None = None
        self.reports: list[dict[str, Any]] = []
        self.closed_with: list[tuple[int | None, str | None]] = []
        self.connections = 0
        self._started = threading.Event()
        self._stopped = threading.Event()
        self._leaving = threading.Event()
        self._session_socket: ServerConnection | None = None
        self._frames_socket: ServerConnection | None = None
        self._breaking = False

    def was_left(self, stored: Iterable[int], *, sent: int, state: str = "running") -> None:
        """Be in the middle of a session whose client died; its results are the usual ones."""
        sequences = sorted(stored)
        self.sent = sent
        if state != "opened":
            self._started.set()
        if state == "finishing":
            self.ended = the_end(sent, unsent=self.count - sent)
        for chunk in (result_chunk(one) for one in sequences):
            batch = PredictionBatch(chunk.sequences, chunk.probabilities, chunk.latencies_ms)
            self._plain_ack(0, batch)

    @contextlib.contextmanager
    def running(self) -> Iterator["FakeServer"]:
        """The server on a free port, the second time on the same, until the block is left."""
        self._leaving.clear()
        with serve(
            self._handle,
            "127.0.0.1",
            self.address.port if self.address.port > 1 else 0,
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
                self._leaving.set()
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
        follows = False
        while True:
            data = socket.recv(WAIT_S)
            answer = self._answer_to(data)
            if self._breaking:
                self._break(socket)
                return
            if answer is not None:
                self._say(socket, answer)
            if isinstance(answer, Following):
                follows = True
                self._offer(socket)
            elif isinstance(answer, Accepted | Ended):
                if not follows:
                    return
                self._offer(socket)
            elif isinstance(answer, Ready):
                self._started.set()
            elif isinstance(answer, Resumed) and self.ended is not None:
                self._say(socket, self.ended)

    def _answer_to(self, data: str | bytes) -> Message | bytes | None:
        if isinstance(data, bytes):
            self.batches += 1
            lost = self._breaks_for(self.batches - 1)
            return None if lost and not self.stores_before else self.ack(*decode_predictions(data))
        request = decode_message(data, SESSION_CLIENT_TYPES)
        self.received.append(request)
        lost = self._breaks_for(type(request))
        return None if lost and not self.stores_before else self._answer(request)

    def _breaks_for(self, what: int | type[Any]) -> bool:
        self._breaking = what in self.break_session_at
        if self._breaking:
            self.break_session_at.remove(what)
        return self._breaking

    def _offer(self, socket: ServerConnection) -> None:
        self._started.clear()
        self.stored.clear()
        self.rows.clear()
        self.sent, self.ended = 0, None
        if self.sessions:
            self._say(socket, self.sessions.pop(0))

    def _answer(self, request: Any) -> Message | bytes | None:
        answer: Message | bytes | None = None
        match request:
            case Resume():
                assert request.secret == "secret"
                answer = self.resumed()
            case Recall():
                answer = self._recalled(request.first)
            case Open():
                answer = self.open_answer or self.opened()
            case Follow():
                answer = self.open_answer or Following(worker=SESSION)
            case Ready() if self.quiet_before_ready:
                self.quiet_before_ready = False
            case Ready():
                answer = self._stopped_session("ready") or Ready()
            case Stop():
                self.on_stop()
                if self.obeys:
                    self._stopped.set()
            case Submit():
                self.reports.append(request.report)
                answer = self.accept(request)
        return answer

    def _serve_frames(self, socket: ServerConnection) -> None:
        attach = decode_message(str(socket.recv(WAIT_S)), FRAMES_CLIENT_TYPES)
        assert isinstance(attach, Attach)
        if attach.secret != "secret":
            self._say(socket, Error(code="wrong-secret", detail="no", close_code=4403))
            socket.close(4403)
            return
        self.attached.append(attach.next)
        self._frames_socket = socket
        if (ended := self._stopped_session("attach")) is not None:
            assert self._session_socket is not None
            self._say(self._session_socket, ended)
            with contextlib.suppress(ConnectionClosed):  # the client may have heard it already
                self._say(socket, Error(code="out-of-order", detail="stopped", close_code=4410))
            self._offer(self._session_socket)
            return
        self._say(socket, Attached(session=SESSION, next=attach.next))
        self.sent = max(self.sent, attach.next)
        if self._send_frames(socket, attach.next):
            reason = "interrupted" if self.sent < self.count else "complete"
            self._end(socket, the_end(self.sent, unsent=self.count - self.sent, reason=reason))

    def _send_frames(self, socket: ServerConnection, first: int) -> bool:
        """Send from there on; False where the connection ends before the stream."""
        credit = first
        while first < self.count and not self._stopped.is_set():
            credit = self._credit(socket, first, credit)
            if not self._waited_for_start():
                return False
            if self.break_frames_at and first >= self.break_frames_at[0]:
                del self.break_frames_at[0]
                self._break(socket)
                return False
            if self.pause_at is not None and first >= self.pause_at and not self._waited():
                return False
            if self._stopped.is_set():
                break
            count = min(self.batch, credit - first, self.count - first)
            data = self.change(first, message(first, count))
            first += count
            self.sent = max(self.sent, first)
            if data is not None:
                socket.send(data)
        return True

    def _credit(self, socket: ServerConnection, first: int, credit: int) -> int:
        while credit <= first:
            granted = decode_message(str(socket.recv(WAIT_S)), FRAMES_CLIENT_TYPES)
            assert isinstance(granted, Credit)
            assert granted.until <= first + self.opened().window
            credit = granted.until
        return credit

    def _waited_for_start(self) -> bool:
        while not self._started.wait(0.02):
            if self._leaving.is_set():
                return False
        return True

    def _waited(self) -> bool:
        self.paused.set()
        while not (self.resume.wait(0.02) or self._stopped.is_set()):
            if self._leaving.is_set():
                return False
        return True

    def _stopped_session(self, before: str) -> Ended | None:
        if self.stop_before != before:
            return None
        self.stop_before = ""
        return the_end(0, unsent=self.count, reason="browser")

    def forget(self, sent: int) -> None:
        """Do as a server that was killed, and knows only of the first ``sent`` frames."""
        self.sent = sent
        assert self._frames_socket is not None
        self._frames_socket.close_socket()

    def _break(self, socket: ServerConnection) -> None:
        if self.close_code is None:
            socket.close_socket()
        else:
            socket.close(self.close_code, "a reason")

    def _end(self, socket: ServerConnection, ended: Ended) -> None:
        self._stopped.clear()
        self.ended = ended
        assert self._session_socket is not None
        with contextlib.suppress(ConnectionClosed):  # it is told again when it is resumed
            self._say(self._session_socket, ended)
        self._say(socket, ended)

    def _plain_resumed(self) -> Message:
        state = "running" if self._started.is_set() else "opened"
        return Resumed(
            session=SESSION,
            state="finishing" if self.ended else state,
            sent=self.sent,
            stored=len(self.stored),
        )

    def _recalled(self, first: int) -> Message | bytes:
        sequences = sorted(one for one in self.rows if one >= first)[: self.recalls]
        if not sequences:
            return Recalled(session=SESSION)
        batch = PredictionBatch(
            sequences=np.array(sequences, dtype=np.uint64),
            latencies_ms=np.array([self.rows[one][0] for one in sequences], dtype=np.float32),
            probabilities=np.stack([self.rows[one][1] for one in sequences]),
        )
        return encode_predictions(batch, number=0)

    @staticmethod
    def _say(socket: ServerConnection, answer: Message | bytes) -> None:
        socket.send(answer if isinstance(answer, bytes) else encode_message(answer))
        if isinstance(answer, Error) and answer.close_code:
            socket.close(answer.close_code)

    def _plain_ack(self, number: int, batch: PredictionBatch) -> Message:
        new = 0
        for index, sequence in enumerate(batch.sequences.tolist()):
            row = batch.latencies_ms[index], batch.probabilities[index].copy()
            known = self.rows.setdefault(sequence, row)
            assert known[0] == row[0] and np.array_equal(known[1], row[1]), sequence
            assert sequence < self.sent, "a frame that was never sent"
            new += sequence not in self.stored
            self.stored[sequence] = int(batch.class_ids[index])
        total = len(self.stored)
        return Ack(batch=number, stored=new, repeated=len(batch) - new, total=total)

    def _plain_accept(self, submit: Submit) -> Message:
        return Accepted(
            session=SESSION,
            state="completed",
            verified=True,
            discrepancies=[],
            ledger=submit.report["ledger"],
            page=f"/sessions/{SESSION}/",
        )
