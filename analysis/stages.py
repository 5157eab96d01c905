"""The three threads of a session and the queues between them, started and ended together."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.accounting import Reception
from analysis.chunks import FrameChunk, ResultChunk
from analysis.classifiers.interface import ImageClassifier
from analysis.credit import Credit
from analysis.distributed.pooled_analyzer import analyzer_for
from analysis.options import AnalysisOptions
from analysis.queues import BoundedQueue
from analysis.receiver import FrameSource, Receiver
from analysis.recording import Recording
from analysis.uplink import Uplink
from streaming.messages import Opened

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunCounts:
    """How far a session is."""

    announced: int
    received: int
    analysed: int
    stored: int


class Stages:
    """Receiver, analyzer and uplink of one session, each in a thread of its own.

    Args:
        source: The frames.
        opened: The session.
        classifier: What classifies.
        options: How to run it.
        send: Sends one message of predictions.
        stall_s: Longest wait for a frame beyond the stream's own interval, seconds.
        recording: Of the predictions that the server has of another process; the uplink goes on
            with it. None where there was no other.
        stored: Which those are, as ranges: first and last sequence of each, ascending.

    Attributes:
        failure: Name and error of the first thread that failed; None while none has.
    """

    def __init__(
        self,
        source: FrameSource,
        opened: Opened,
        classifier: ImageClassifier,
        *,
        options: AnalysisOptions,
        send: Callable[[bytes], None],
        stall_s: float,
        recording: Recording | None = None,
        stored: Sequence[tuple[int, int]] = (),
    ) -> None:
        self.failure: tuple[str, BaseException] | None = None
        self.frames: BoundedQueue[FrameChunk] = BoundedQueue(options.queue_frames)
        self.results: BoundedQueue[ResultChunk] = BoundedQueue(options.queue_results)
        self._source = source
        self._opened = opened
        self._past = 0 if recording is None else len(recording)
        waits = options.overload == "wait"
        self._credit = Credit(
            announced=opened.announced,
            # Waiting, the server is never ahead by more than the queue holds.
            window=min(opened.window, options.queue_frames) if waits else opened.window,
        )
        self.receiver = Receiver(
            source,
            self.frames,
            reception=Reception(opened.announced, stored=stored),
            dataset=opened.dataset,
            wanted=classifier.card.input,
            credit=self._credit,
            overload=options.overload,
            stall_s=stall_s + (1 / opened.fps if opened.fps > 0 else 0),
        )
        self.analyzer = analyzer_for(
            classifier,
            self.frames,
            self.results,
            batch_limit=options.batch_limit,
            on_taken=self._grant if waits else lambda sequence: None,
        )
        classes = len(classifier.card.class_names)
        if recording is None:
            recording = Recording(classes, sample_seed=options.sample_seed)
        self.uplink = Uplink(self.results, classes=classes, recording=recording, send=send)
        self._threads = [
            threading.Thread(target=self._guarded, args=(name, part.run), name=name, daemon=True)
            for name, part in (
                ("receiver", self.receiver),
                ("analyzer", self.analyzer),
                ("uplink", self.uplink),
            )
        ]

    @property
    def complete(self) -> bool:
        """Whether the stream ended and every result is acknowledged."""
        return self.receiver.ended is not None and self.uplink.complete

    @property
    def counts(self) -> RunCounts:
        """How far the session is."""
        return RunCounts(
            announced=self._opened.announced,
            received=self.receiver.reception.received,
            analysed=self._past + self.analyzer.analysed,
            stored=self.uplink.stored,
        )

    def start(self) -> None:
        """Grant the first credit and start the threads."""
        self._grant(self.receiver.reception.next_sequence)
        for thread in self._threads:
            thread.start()

    def end(self, limit_s: float) -> None:
        """Let every thread end, and wait until they have, at most ``limit_s`` for each."""
        self.frames.abort()
        self.results.abort()
        self.uplink.abort()
        for thread in self._threads:
            if thread.ident is None:
                continue
            thread.join(limit_s)
            if thread.is_alive():
                logger.warning("the %s is still busy and was left behind", thread.name)

    def _grant(self, sequence: int) -> None:
        until = self._credit.advance(sequence)
        if until is not None:
            self._source.grant(until)

    def _guarded(self, name: str, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # pylint: disable=broad-exception-caught  # raised again
            if self.failure is None:
                self.failure = (name, error)
