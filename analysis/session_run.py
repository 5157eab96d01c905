"""One session, seen from the thread that reads the session socket and watches all the others."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.agenda import Agenda
from analysis.classifiers.interface import ImageClassifier
from analysis.errors import (
    AnalysisError,
    ServerRefused,
    ServerSilent,
    ServerUnreachable,
    SessionFailed,
    StoppedBeforeStart,
)
from analysis.frame_source import FrameLink
from analysis.link import SessionLink
from analysis.options import AnalysisOptions
from analysis.outcome import Outcome
from analysis.preprocessing import adjust_images
from analysis.receiver import check_shape
from analysis.recording import Recording
from analysis.stages import RunCounts, Stages
from results.report import PreflightDict, ReportDocument
from streaming.errors import OutOfOrder, PeerError
from streaming.messages import (
    Accepted,
    Ack,
    Ended,
    Message,
    Opened,
    Progress,
    Ready,
    Resumed,
    Stop,
    Submit,
)

logger = logging.getLogger(__name__)

# How soon the watching thread notices what the others did.
_TICK_S = 0.1
_PROGRESS_S = 1.0
# The session socket says why, the frames socket only that it was closed; so the first is asked.
_REASON_S = 1.0
# Whoever asked for an end does not want to wait for a server that is away.
_STOPPING_S = 10.0
# How soon a frames socket that is there has to show it.
_SIGN_S = 5.0
# The states of a session that can go on.
UNDERWAY = ("opened", "running", "finishing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What another process did of a session before this one took it up.

    Attributes:
        recording: Of the predictions that the server has.
        stored: Which those are, as ranges: first and last sequence of each, ascending.
        resumed: What the server said of the session.
        started_at: When the session was opened, with a time zone.
    """

    recording: Recording
    stored: tuple[tuple[int, int], ...]
    resumed: Resumed
    started_at: datetime


class SessionRun:
    """Runs a session to its accepted report, whatever breaks on the way.

    Args:
        link: The session socket.
        frames: The frames.
        opened: The session.
        classifier: What classifies.
        options: How to run it.
        stop: Once set, the server is asked to stop.
        on_progress: Called several times a second.
        past: What another process did of it, if one did.
    """

    def __init__(
        self,
        link: SessionLink,
        frames: FrameLink,
        opened: Opened,
        classifier: ImageClassifier,
        *,
        options: AnalysisOptions,
        stop: threading.Event,
        on_progress: Callable[[RunCounts], None] = lambda counts: None,
        past: Past | None = None,
    ) -> None:
        self.stages = Stages(
            frames,
            opened,
            classifier,
            options=options,
            send=link.send_predictions,
            stall_s=link.limits.stall_s,
            recording=past.recording if past else None,
            stored=past.stored if past else (),
        )
        self._link = link
        self._frames = frames
        self._opened = opened
        self._classifier = classifier
        self._options = options
        self._stop = stop
        self._on_progress = on_progress
        self._started = time.monotonic()
        self._started_at = datetime.now(UTC)
        self._told_at = self._started
        self._agenda = Agenda(link.limits.reply_s)
        self._submitting = False
        self._past = past
        if past is not None:
            self._started_at = past.started_at
            self._started -= (datetime.now(UTC) - past.started_at).total_seconds()
            self.stages.uplink.hold()
            self._go_on(past.resumed)

    def run(self, preflight: PreflightDict | None) -> tuple[Outcome, ReportDocument, Accepted]:
        """From the first frame to the accepted report.

        Raises:
            SessionInterrupted: a connection broke and did not come again; it can be resumed.
            AnalysisError: whatever went wrong, in whichever thread.
            PeerError: likewise.
        """
        self.stages.start()
        outcome = self._outcome(self._watch(), preflight)
        document = outcome.report()
        return outcome, document, self._submit(document)

    def _watch(self) -> Ended:
        """Read the session socket until every prediction is acknowledged."""
        while not self.stages.complete or self.stages.receiver.ended is None:
            try:
                self._turn()
            except ServerUnreachable as error:
                self._reconnect(error)
        self._on_progress(self.stages.counts)
        return self.stages.receiver.ended

    def _turn(self) -> None:
        try:
            self._dispatch(self._link.receive(_TICK_S))
        except TimeoutError:
            logger.debug("nothing new on the session socket")
        self._raise_failure()
        self._notice_stop()
        self._say_what_is_due()
        self._check_waits()
        now = time.monotonic()
        counts = self.stages.counts
        self._on_progress(counts)
        if now - self._told_at >= _PROGRESS_S and self._agenda.started:
            self._told_at = now
            self._send(Progress(received=counts.received, analysed=counts.analysed))

    def _submit(self, document: ReportDocument) -> Accepted:
        """Send the report until it is accepted; the same once more changes nothing."""
        self._submitting = True
        while True:
            try:
                self._send(Submit(report=dict(document)))
                return self._accepted()
            except ServerUnreachable as error:
                self._reconnect(error)

    def _accepted(self) -> Accepted:
        limit_s = self._link.limits.accepted_s
        deadline = time.monotonic() + limit_s
        while True:
            try:
                message = self._link.receive(max(0.0, deadline - time.monotonic()))
            except TimeoutError as error:
                raise ServerSilent(f"the report was not accepted within {limit_s:g} s") from error
            if isinstance(message, Accepted):
                return message
            self._dispatch(message)

    # --- when a connection breaks ---

    def _reconnect(self, error: ServerUnreachable) -> None:
        self._link.abort()
        # Until the connection is there again and the server's count of frames is known.
        self.stages.uplink.hold()
        self._go_on(self._link.resume(error, self._pause))

    def _pause(self, seconds: float) -> None:
        """Wait before the next try, as attentive as ever, but no longer than there is reason to."""
        away = not self._frames.attached
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if self._notice_stop():
                return
            if away and self._frames.attached:
                return
            self._raise_failure()
            self._on_progress(self.stages.counts)
            time.sleep(min(left, _TICK_S))

    def _go_on(self, resumed: Resumed) -> None:
        """Take note of what the server said, and of what it has to be told again."""
        logger.info(
            "session %s goes on: %s, sent %d, stored %d",
            *(resumed.session, resumed.state, resumed.sent, resumed.stored),
        )
        if self._submitting:
            return
        if resumed.state not in UNDERWAY:
            if not self._agenda.started:
                raise StoppedBeforeStart(f"over before its first frame: {resumed.state}")
            raise SessionFailed(f"the session is over: {resumed.state}; what is stored is kept")
        receiver = self.stages.receiver
        forgetful = receiver.ended is None and resumed.sent < receiver.reception.next_sequence
        if forgetful:
            # A server that died has forgotten the last it sent. Attaching tells it; before that,
            # it would refuse predictions of frames that it does not know to have sent. Where the
            # frames socket is alive, nobody died, and the count is only behind.
            self._frames.ask_for_sign(_SIGN_S)
        self._frames.nudge()
        self._agenda.resume(resumed.state, forgetful=forgetful)

    def _say_what_is_due(self) -> None:
        ended = self.stages.receiver.ended is not None
        for step in self._agenda.take(frames=ended or self._frames.trusted):
            match step:
                case "ready":
                    self._send(Ready())
                case "resend":
                    self.stages.uplink.resend()
                case "stop" if not ended:
                    self._send(Stop(reason="interrupted"))

    def _notice_stop(self) -> bool:
        """Whether a stop is asked for that was not asked for before."""
        if self._agenda.stopping or not self._stop.is_set():
            return False
        self._agenda.stop()
        self._link.hurry(_STOPPING_S)
        self._frames.hurry(_STOPPING_S)
        return True

    # --- what comes ---

    def _dispatch(self, message: Any) -> None:
        match message:
            case Ack():
                self.stages.uplink.acknowledge(message)
            case Ready() if self._agenda.heard_ready():
                self._started = time.monotonic()
                self._started_at = datetime.now(UTC)
            case Ended():
                if not self._agenda.started:
                    raise StoppedBeforeStart(f"stopped before its first frame: {message.reason}")
                self._agenda.heard_end()
            case _:
                name = type(message).__name__.lower()
                raise OutOfOrder(f"expected ack, ended or accepted, the server sent {name}")

    def _check_waits(self) -> None:
        limits = self._link.limits
        if self.stages.uplink.oldest_unacked_s() > limits.ack_s:
            raise ServerSilent(f"no acknowledgement within {limits.ack_s:g} s")
        waited = f"waited {limits.reply_s:g} s for the end of the"
        match self._agenda.overdue(ended=self.stages.receiver.ended is not None):
            case "ready":
                raise ServerSilent(f"no ready within {limits.reply_s:g} s")
            case "stop":
                raise ServerSilent(f"{waited} stream after asking for it")
            case "end":
                self._frames.give_up(f"{waited} frames after it was announced")

    def _send(self, message: Message) -> None:
        try:
            self._link.send(message)
        except ServerRefused:
            self._raise_reason()
            raise

    def _raise_failure(self) -> None:
        if self.stages.failure is None:
            return
        name, error = self.stages.failure
        if isinstance(error, SessionFailed) and self._link.connected:
            self._raise_reason()
        if isinstance(error, AnalysisError | PeerError):
            raise error
        logger.error("the %s failed", name, exc_info=error)
        raise SessionFailed(f"the {name} failed: {type(error).__name__}: {error}") from error

    def _raise_reason(self) -> None:
        """Raise what the session socket says of a broken connection, if it says so soon."""
        deadline = time.monotonic() + _REASON_S
        try:
            while (left := deadline - time.monotonic()) > 0:
                self._dispatch(self._link.receive(left))
        except (TimeoutError, ServerUnreachable):
            logger.debug("the session socket gives no reason")

    def _picture(self, sequence: int) -> NDArray[np.uint8]:
        """The picture of a frame that another process analysed, as its classifier saw it."""
        logger.info("fetching frame %d again for its picture", sequence)
        message = self._frames.fetch(sequence)
        first, images = message.first_sequence, message.images
        check_shape(images, self._opened.dataset)
        if first != sequence:
            raise OutOfOrder(f"expected frame {sequence}, the server sent {first}")
        picture: NDArray[np.uint8] = adjust_images(images[:1], self._classifier.card.input)[0]
        return picture

    def _outcome(self, ended: Ended, preflight: PreflightDict | None) -> Outcome:
        stages = self.stages
        recording = stages.uplink.recording
        last_at = stages.uplink.last_result_at
        if last_at is None:
            last_at = self._started if self._past is None else time.monotonic()
        return Outcome(
            opened=self._opened,
            client=self._options.client,
            classifier=self._classifier,
            overload=self._options.overload,
            ended=ended,
            reception=stages.receiver.reception,
            dropped=stages.receiver.dropped,
            rejected=stages.analyzer.rejected,
            summary=recording.summary(self._classifier.card.class_names),
            stored=stages.uplink.stored,
            samples=recording.samples(self._picture),
            started_at=self._started_at,
            ended_at=datetime.now(UTC),
            duration_s=max(0.0, last_at - self._started),
            high_water={"frames": stages.frames.high_water, "results": stages.results.high_water},
            preflight=preflight,
        )
