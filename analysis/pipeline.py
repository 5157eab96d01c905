"""One session on the client's side: two sockets, three threads, one report.

The receiver thread turns messages into arrays, the analyzer thread into results, the uplink
thread sends these to the server. The thread that calls ``run_session`` reads the session socket
and watches the others: whatever goes wrong in any of them ends them all, and is raised here.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from analysis.classifiers.interface import ImageClassifier
from analysis.connection import FramesConnection, SessionConnection
from analysis.errors import (
    AnalysisError,
    ServerRefused,
    ServerUnreachable,
    SessionFailed,
    StoppedBeforeStart,
)
from analysis.options import AnalysisOptions
from analysis.outcome import Outcome
from analysis.stages import RunCounts, Stages
from results.ledger import Ledger
from results.report import PreflightDict, ReportDocument
from streaming.errors import OutOfOrder, PeerError
from streaming.messages import Accepted, Ack, Ended, Message, Opened, Progress, Ready, Stop, Submit

logger = logging.getLogger(__name__)

# How soon the watching thread notices what the others did.
_TICK_S = 0.1
_PROGRESS_S = 1.0
# The session socket says why, the frames socket only that it was closed; so the first is asked.
_REASON_S = 1.0


@dataclass(frozen=True, slots=True)
class SessionResult:
    """What came of a session.

    Attributes:
        document: The report, as it was sent.
        ledger: The account in it.
        accepted: What the server made of it.
        page_url: Where a browser finds it.
    """

    document: ReportDocument
    ledger: Ledger
    accepted: Accepted
    page_url: str


def run_session(
    connection: SessionConnection,
    opened: Opened,
    classifier: ImageClassifier,
    *,
    options: AnalysisOptions,
    stop: threading.Event,
    preflight: PreflightDict | None = None,
    on_progress: Callable[[RunCounts], None] = lambda counts: None,
) -> SessionResult:
    """Run a session that the server opened, to its accepted report.

    Args:
        connection: The session socket; it stays open unless the session fails.
        opened: The session.
        classifier: What classifies.
        options: How to run it.
        stop: Once set, the server is asked to stop; what it sent is analysed and reported.
        preflight: What was measured before, for the report.
        on_progress: Called several times a second.

    Raises:
        ServerUnreachable: the connection broke, or an answer did not come in time.
        ServerRefused: the server closed with a code of its own.
        StoppedBeforeStart: somebody stopped it before its first frame; the session socket stays.
        SessionFailed: a thread failed; its error is the cause.
        PeerError: the server broke the protocol.
    """
    address = options.frames_address or connection.address.on_port(opened.frames_port)
    try:
        with FramesConnection(address, opened, limits=connection.limits) as frames:
            run = _Run(connection, frames, opened, classifier, options)
            try:
                run.start(frames)
                ended = run.watch(stop, on_progress)
                return run.submit(ended, preflight)
            except BaseException:
                # Before the threads are joined: nobody waits on a socket that is broken.
                frames.abort()
                raise
            finally:
                run.stages.end(connection.limits.connect_s)
    except StoppedBeforeStart:
        raise
    except BaseException as error:
        _close_for(connection, error)
        raise


class _Run:
    """One session, seen from the thread that reads the session socket."""

    def __init__(
        self,
        connection: SessionConnection,
        frames: FramesConnection,
        opened: Opened,
        classifier: ImageClassifier,
        options: AnalysisOptions,
    ) -> None:
        self.connection = connection
        self.opened = opened
        self.classifier = classifier
        self.options = options
        self.stages = Stages(
            frames,
            opened,
            classifier,
            options=options,
            send=connection.send_predictions,
            stall_s=connection.limits.stall_s,
        )
        self.started = time.monotonic()
        self.started_at = datetime.now(UTC)
        self.stopped: float | None = None
        self.told_end: float | None = None

    def start(self, frames: FramesConnection) -> None:
        """Take up the frames socket, start the threads, then the stream.

        Raises:
            StoppedBeforeStart: somebody stopped the session meanwhile.
        """
        try:
            frames.attach()
        except ServerRefused:
            # The session may be over by now, which the session socket says.
            ended = self._early_end()
            if ended is None:
                raise
            raise StoppedBeforeStart(f"stopped before its first frame: {ended.reason}") from None
        self.stages.start()
        self.connection.request(Ready(), Ready)
        self.started = time.monotonic()
        self.started_at = datetime.now(UTC)

    def watch(self, stop: threading.Event, on_progress: Callable[[RunCounts], None]) -> Ended:
        """Read the session socket until every prediction is acknowledged.

        Returns:
            How the stream ended.

        Raises:
            AnalysisError: whatever went wrong, in whichever thread.
            PeerError: likewise.
        """
        told = self.started
        while not self.stages.complete or self.stages.receiver.ended is None:
            try:
                self._dispatch(self.connection.receive(_TICK_S))
            except TimeoutError:
                logger.debug("nothing new on the session socket")
            self._raise_failure()
            now = time.monotonic()
            if stop.is_set() and self.stopped is None and self.stages.receiver.ended is None:
                self._send(Stop(reason="interrupted"))
                self.stopped = now
            self._check_waits(now)
            counts = self.stages.counts
            on_progress(counts)
            if now - told >= _PROGRESS_S:
                told = now
                progress = Progress(received=counts.received, analysed=counts.analysed)
                self._send(progress)
        on_progress(self.stages.counts)
        return self.stages.receiver.ended

    def submit(self, ended: Ended, preflight: PreflightDict | None) -> SessionResult:
        """Send the report and wait until it is accepted."""
        outcome = self._outcome(ended, preflight)
        document = outcome.report()
        self._send(Submit(report=dict(document)))
        limit_s = self.connection.limits.accepted_s
        deadline = time.monotonic() + limit_s
        while True:
            try:
                message = self.connection.receive(max(0.0, deadline - time.monotonic()))
            except TimeoutError as error:
                raise ServerUnreachable(
                    f"the report was not accepted within {limit_s:g} s"
                ) from error
            if isinstance(message, Accepted):
                page_url = self.connection.address.page_url(message.page)
                return SessionResult(document, outcome.ledger, message, page_url)
            self._dispatch(message)

    def _outcome(self, ended: Ended, preflight: PreflightDict | None) -> Outcome:
        stages = self.stages
        return Outcome(
            opened=self.opened,
            client=self.options.client,
            classifier=self.classifier,
            overload=self.options.overload,
            ended=ended,
            reception=stages.receiver.reception,
            dropped=stages.receiver.dropped,
            rejected=stages.analyzer.rejected,
            predictions=stages.uplink.log.part(),
            stored=stages.uplink.stored,
            samples=stages.uplink.keeper.samples,
            started_at=self.started_at,
            ended_at=datetime.now(UTC),
            duration_s=max(0.0, (stages.uplink.last_result_at or self.started) - self.started),
            high_water={"frames": stages.frames.high_water, "results": stages.results.high_water},
            preflight=preflight,
        )

    def _early_end(self) -> Ended | None:
        try:
            message = self.connection.receive(_REASON_S)
        except (TimeoutError, SessionFailed):
            return None
        return message if isinstance(message, Ended) else None

    def _send(self, message: Message) -> None:
        try:
            self.connection.send(message)
        except SessionFailed:
            self._raise_reason()
            raise

    def _dispatch(self, message: Any) -> None:
        match message:
            case Ack():
                self.stages.uplink.acknowledge(message)
            case Ended():
                self.told_end = time.monotonic()
            case _:
                name = type(message).__name__.lower()
                raise OutOfOrder(f"expected ack, ended or accepted, the server sent {name}")

    def _check_waits(self, now: float) -> None:
        limits = self.connection.limits
        if self.stages.uplink.oldest_unacked_s() > limits.ack_s:
            raise ServerUnreachable(f"no acknowledgement within {limits.ack_s:g} s")
        if self.stages.receiver.ended is not None:
            return
        for since, what in (
            (self.stopped, "the end of the stream after asking for it"),
            (self.told_end, "the end of the frames after it was announced"),
        ):
            if since is not None and now - since > limits.reply_s:
                raise ServerUnreachable(f"waited {limits.reply_s:g} s for {what}")

    def _raise_failure(self) -> None:
        if self.stages.failure is None:
            return
        name, error = self.stages.failure
        if isinstance(error, SessionFailed):
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
                self._dispatch(self.connection.receive(left))
        except TimeoutError:
            logger.debug("the session socket gives no reason")


def _close_for(connection: SessionConnection, error: BaseException) -> None:
    """Close the session socket with the code that says why."""
    if isinstance(error, PeerError):
        connection.close(error.close_code, f"{error.code}: {error}")
    elif isinstance(error, KeyboardInterrupt):
        connection.abort()
    else:
        connection.close(1011, str(error))
