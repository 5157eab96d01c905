"""One session of the load client: the protocol from `open` to `accepted`, without a socket.

It answers frames as a real client does, with the uplink's rhythm, but with a prediction that was
made beforehand. Everything it counts is in :class:`SessionAccount`.
"""

import struct
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field

from analysis.credit import Credit
from analysis.uplink import INTERVAL_S, MAX_BATCH, MAX_UNACKED
from streaming import predictions
from streaming.frames import HEADER, MAGIC, VERSION
from streaming.messages import (
    FRAMES_SERVER_TYPES,
    SESSION_SERVER_TYPES,
    Accepted,
    Ack,
    Attach,
    Attached,
    ClassifierInfo,
    ClientInfo,
    Done,
    Ended,
    Error,
    Open,
    Opened,
    Progress,
    Ready,
    decode_message,
    encode_message,
)
from streaming.messages import Credit as CreditMessage

# As often as `analyze` does.
PROGRESS_EVERY_S = 1.0
_FINAL_STATE = "completed"
_ACCOUNTED = ("announced", "sent", "received", "analysed", "stored")


@dataclass(slots=True)
class SessionAccount:
    """What one session came to.

    Attributes:
        announced: Frames that were asked for.
        sent_at_ns: Of each frame in order of arrival, when the server says it sent it.
        arrived_at_ns: When it was in the client's hands, by the same machine's clock.
        misplaced: Frames that came twice, or not in their turn.
        predicted: Predictions sent.
        stored: Predictions that acknowledgements say are new in the database.
        ack_waits_ms: From a batch's sending to its acknowledgement, of each batch.
        started_at_ns: When the server said `ready`; 0 before.
        ended_at_ns: When the server said on the frames socket that the stream ended; 0 before.
        is_accepted: Whether the session completed with an account that lacks nothing.
        failure: Why it did not; empty while it may.
    """

    announced: int
    sent_at_ns: "array[int]" = field(default_factory=lambda: array("q"))
    arrived_at_ns: "array[int]" = field(default_factory=lambda: array("q"))
    misplaced: int = 0
    predicted: int = 0
    stored: int = 0
    ack_waits_ms: "array[float]" = field(default_factory=lambda: array("d"))
    started_at_ns: int = 0
    ended_at_ns: int = 0
    is_accepted: bool = False
    failure: str = ""

    @property
    def received(self) -> int:
        """Frames that came, each in its turn."""
        return len(self.sent_at_ns)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a session needs of the world; made by who has the sockets.

    Attributes:
        say: Sends on the session socket.
        say_frames: Sends on the frames socket.
        close_frames: Closes the frames socket.
        fetch_frames: Opens the frames socket, for the port and path given.
        clock: Seconds, never going back.
        wall_ns: Nanoseconds since the Unix epoch.
        call_at: Calls something at a time of ``clock``.
        on_attached: Called once the session waits for nothing but readiness.
        on_over: Called once, when it is accepted or has failed.
    """

    say: Callable[[str | bytes], None]
    say_frames: Callable[[str | bytes], None]
    close_frames: Callable[[], None]
    fetch_frames: Callable[[int, str], None]
    clock: Callable[[], float]
    wall_ns: Callable[[], int]
    call_at: Callable[[float, Callable[[], None]], object]
    on_attached: Callable[[], None]
    on_over: Callable[[], None]


@dataclass(slots=True)
class _Batches:
    """What is to be predicted, and the batches that are under way."""

    latencies_ms: list[float] = field(default_factory=list)
    next_number: int = 0
    next_at: float = 0.0
    is_due: bool = False
    sent_at: dict[int, float] = field(default_factory=dict)


class LoadSession:
    """One session; told what comes on its sockets, it says what leaves on them.

    Args:
        around: The sockets and clocks.
        frames: Frames to ask for.
        fps: Frames a second to ask for.
        class_names: Of the classifier it claims to have.
        batch_every_s: At least so long between two batches of predictions, as `analyze` does.
        progress_every_s: Between two `progress` messages.
    """

    def __init__(
        self,
        around: Surroundings,
        *,
        frames: int,
        fps: float,
        class_names: list[str],
        batch_every_s: float = INTERVAL_S,
        progress_every_s: float = PROGRESS_EVERY_S,
    ) -> None:
        self.account = SessionAccount(announced=frames)
        self._around = around
        self._fps = fps
        self._class_names = class_names
        self._batch_every_s = batch_every_s
        self._progress_every_s = progress_every_s
        # Every class as likely as any other.
        self._row = struct.pack(
            f"<{len(class_names)}f", *([1 / len(class_names)] * len(class_names))
        )
        self._opened: Opened | None = None
        self._credit: Credit | None = None
        self._batches = _Batches()
        self._ends = 0
        self._is_done = False
        self._is_over = False

    @property
    def is_over(self) -> bool:
        """Whether it was accepted, or has failed."""
        return self._is_over

    def open(self) -> None:
        """Ask for the session; the session socket is open."""
        classifier = ClassifierInfo(name="load", sha256="1" * 64, class_names=self._class_names)
        self._around.say(
            encode_message(
                Open(
                    classifier=classifier,
                    client=ClientInfo(name="load_client"),
                    count=self.account.announced,
                    fps=self._fps,
                )
            )
        )

    def attach(self) -> None:
        """Ask for the frames; the frames socket is open."""
        if self._opened is not None:
            self._around.say_frames(encode_message(Attach(secret=self._opened.secret)))

    def ready(self) -> None:
        """Let the frames come."""
        if not self._is_over:
            self._around.say(encode_message(Ready()))
            self._around.call_at(self._around.clock() + self._progress_every_s, self._progress)

    def fail(self, reason: str) -> None:
        """Give it up; the first reason stands."""
        if not self._is_over:
            self.account.failure = reason
            self._end()

    def hear(self, text: str) -> None:
        """Take a message of the session socket."""
        match decode_message(text, SESSION_SERVER_TYPES):
            case Ack() as ack:
                self._acknowledged(ack)
            case Opened() as opened:
                self._opened = opened
                self._credit = Credit(announced=opened.announced, window=opened.window)
                self._around.fetch_frames(opened.frames_port, opened.frames_path)
            case Ready():
                self.account.started_at_ns = self._around.wall_ns()
            case Ended() as ended:
                self._ended(ended)
            case Accepted() as accepted:
                self._accepted(accepted)
            case Error() as error:
                self.fail(f"{error.code}: {error.detail}")
            case other:
                self.fail(f"not expected: {type(other).__name__}")

    def hear_frames_text(self, text: str) -> None:
        """Take a text of the frames socket."""
        match decode_message(text, FRAMES_SERVER_TYPES):
            case Attached():
                self._grant()
                self._around.on_attached()
            case Ended() as ended:
                self.account.ended_at_ns = self._around.wall_ns()
                self._around.close_frames()
                self._ended(ended)
            case Error() as error:
                self.fail(f"frames, {error.code}: {error.detail}")

    def hear_frames(self, message: bytes) -> None:
        """Take frames: look at their header, note when they came, and predict."""
        now_ns = self._around.wall_ns()
        magic, version, _, _, first, count, _, _, sent_at_ns = HEADER.unpack_from(message)
        account = self.account
        if (magic, version) != (MAGIC, VERSION):
            self.fail(f"no frames: {magic!r}, version {version}")
            return
        if first != account.received:
            account.misplaced += count
            self.fail(f"frame {account.received} was expected, {first} came")
            return
        for _ in range(count):
            account.sent_at_ns.append(sent_at_ns)
            account.arrived_at_ns.append(now_ns)
            self._batches.latencies_ms.append((now_ns - sent_at_ns) / 1e6)
        self._grant()
        if self._batches.is_due:
            return
        now = self._around.clock()
        if now >= self._batches.next_at:
            self._predict()
        else:
            self._batches.is_due = True
            self._around.call_at(self._batches.next_at, self._predict)

    def _grant(self) -> None:
        until = None if self._credit is None else self._credit.advance(self.account.received)
        if until is not None:
            self._around.say_frames(encode_message(CreditMessage(until=until)))

    def _predict(self) -> None:
        """Send what is not predicted so far, as one batch."""
        self._batches.is_due = False
        count = min(len(self._batches.latencies_ms), MAX_BATCH)
        # Where acknowledgements keep it waiting, as `analyze`, the next of them comes back here.
        if self._is_over or not count or len(self._batches.sent_at) >= MAX_UNACKED:
            return
        first, now = self.account.predicted, self._around.clock()
        header = predictions.HEADER.pack(
            predictions.MAGIC,
            predictions.VERSION,
            0,
            len(self._class_names),
            count,
            self._batches.next_number,
        )
        arrays = struct.pack(
            f"<{count}Q{count}f",
            *range(first, first + count),
            *self._batches.latencies_ms[:count],
        )
        del self._batches.latencies_ms[:count]
        self._batches.sent_at[self._batches.next_number] = now
        self._batches.next_number += 1
        self._batches.next_at = now + self._batch_every_s
        self.account.predicted += count
        self._around.say(header + arrays + self._row * count)

    def _acknowledged(self, ack: Ack) -> None:
        sent_at = self._batches.sent_at.pop(ack.batch, None)
        if sent_at is None:
            self.fail(f"batch {ack.batch} was acknowledged, but is not under way")
            return
        self.account.stored += ack.stored
        now = self._around.clock()
        self.account.ack_waits_ms.append((now - sent_at) * 1000)
        if not self._batches.is_due and now >= self._batches.next_at:
            self._predict()
        self._finish_if_done()

    def _progress(self) -> None:
        if self._is_over or self._is_done:
            return
        received = self.account.received
        self._around.say(encode_message(Progress(received=received, analysed=received)))
        self._around.call_at(self._around.clock() + self._progress_every_s, self._progress)

    def _ended(self, ended: Ended) -> None:
        if ended.sent != self.account.announced:
            self.fail(f"ended after {ended.sent} frames: {ended.reason}")
            return
        self._ends += 1
        self._finish_if_done()

    def _finish_if_done(self) -> None:
        """Say `done` once both sockets have said that it ended, and every batch is stored."""
        is_all_in = self._ends == 2 and self.account.predicted == self.account.announced
        if is_all_in and not (self._batches.sent_at or self._is_done or self._is_over):
            self._is_done = True
            self._around.say(encode_message(Done()))

    def _accepted(self, accepted: Accepted) -> None:
        counts = {name: accepted.ledger.get(name) for name in _ACCOUNTED}
        if accepted.state != _FINAL_STATE or set(counts.values()) != {self.account.announced}:
            self.fail(f"accepted as {accepted.state} with {counts}")
            return
        self.account.is_accepted = True
        self._end()

    def _end(self) -> None:
        self._is_over = True
        self._around.on_over()
