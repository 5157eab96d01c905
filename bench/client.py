"""One session by the code that `analyze` runs, timed from outside it, in a process of its own."""

import functools
import os
import threading
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from analysis.addresses import parse_address
from analysis.classifiers import load
from analysis.classifiers.card import Architecture, Card, InputFormat, Weights
from analysis.classifiers.interface import ImageClassifier
from analysis.connection import SessionConnection
from analysis.identity import classifier_info, client_info
from analysis.options import AnalysisOptions
from analysis.pipeline import run_session
from bench.hosts import peak_mb
from streaming.messages import Ack, Open, Opened, Ready
from streaming.predictions import decode_predictions

# The classifier that costs nothing, so that everything else shows.
INSTANT = "instant"
_MOST_AT_ONCE = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a client is to do.

    Attributes:
        server: ``ws://host:port`` of the session socket.
        classifier: A package's name, or :data:`INSTANT`.
        class_names: Of the dataset, for the instant classifier.
        shape: (height, width) of the dataset's frames, likewise.
        count: Frames.
        fps: Frames a second; 0 is as fast as it goes.
        keeps: Whether the account has the predictions and their times, which takes memory.
    """

    server: str
    classifier: str
    class_names: tuple[str, ...] = ()
    shape: tuple[int, int] = (28, 28)
    count: int
    fps: float = 0.0
    keeps: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What came of it.

    Attributes:
        seconds: From the server's word that the schedule starts, which comes before the first
            frame, to the last acknowledgement.
        report_seconds: From there until the report was accepted.
        verified: Whether the server found the report right.
        stored: Predictions that the server committed.
        session: Its id.
        batch_rows: How many predictions each message carried.
        latencies_ms: From each frame's send time to its result, where they are kept.
        results_ns: When each frame's result was there, nanoseconds since the Unix epoch, likewise.
        peak_mb: The most memory that this process ever had.
    """

    seconds: float
    report_seconds: float
    verified: bool
    stored: int
    session: UUID
    batch_rows: tuple[int, ...]
    latencies_ms: NDArray[np.float32]
    results_ns: NDArray[np.int64]
    peak_mb: float | None

    @property
    def fps(self) -> float:
        """Frames a second, all of them committed and acknowledged."""
        return self.stored / self.seconds


class InstantClassifier:
    """Answers at once with probabilities that were drawn beforehand.

    Args:
        class_names: Of the dataset.
        shape: (height, width) of its frames, which are grey.
    """

    sha256 = "0" * 64

    def __init__(self, class_names: tuple[str, ...], shape: tuple[int, int]) -> None:
        self.card = Card(
            format=2,
            name=INSTANT,
            architecture=Architecture(name="none", arguments={}),
            input=InputFormat(height=shape[0], width=shape[1], mode="L", mean=(0.5,), std=(0.5,)),
            class_names=class_names,
            weights=Weights(format="safetensors", sha256=self.sha256, parameter_count=1),
            licence="none",
        )
        # As sure as a trained one is: most of the probability on one class, mostly.
        powers = np.random.default_rng(0).exponential(size=(_MOST_AT_ONCE, len(class_names))) ** 4
        self._rows = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)

    def predict(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The first rows, whatever the pictures show."""
        rows: NDArray[np.float32] = self._rows[: len(images)]
        return rows


class _Watched:
    """A classifier, and when it answered for how many pictures."""

    def __init__(self, classifier: ImageClassifier) -> None:
        self.answers: list[tuple[int, int]] = []
        self.card = classifier.card
        self.sha256 = classifier.sha256
        self._predict = classifier.predict

    def predict(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """As the classifier."""
        probabilities = self._predict(images)
        self.answers.append((time.time_ns(), len(images)))
        return probabilities


class _TimedConnection(SessionConnection):
    """A session socket that knows when the schedule started and when the last batch was safe."""

    started_at = acknowledged_at = 0.0
    keeps = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.batch_rows: list[int] = []
        self.latencies_ms: list[NDArray[np.float32]] = []

    def receive(self, timeout_s: float) -> Any:
        message = super().receive(timeout_s)
        if isinstance(message, Ready):
            self.started_at = time.perf_counter()
        elif isinstance(message, Ack):
            self.acknowledged_at = time.perf_counter()
        return message

    def send_predictions(self, message: bytes) -> None:
        _, batch = decode_predictions(message)
        self.batch_rows.append(len(batch))
        if self.keeps:
            self.latencies_ms.append(batch.latencies_ms.copy())
        super().send_predictions(message)


def analyse(order: Order) -> Account:
    """Run one session to its accepted report.

    Raises:
        AnalysisError, PeerError: it did not get there.
    """
    classifier = classifier_for(order)
    watched = _Watched(classifier) if order.keeps else None
    with _TimedConnection(parse_address(order.server)) as connection:
        connection.keeps = order.keeps
        opened = connection.request(
            Open(
                classifier=classifier_info(classifier.card),
                client=client_info(),
                count=order.count,
                fps=order.fps,
            ),
            Opened,
        )
        result = run_session(
            connection,
            opened,
            watched or classifier,
            options=AnalysisOptions(),
            stop=threading.Event(),
        )
        accepted_at = time.perf_counter()
    return Account(
        seconds=connection.acknowledged_at - connection.started_at,
        report_seconds=accepted_at - connection.acknowledged_at,
        verified=result.accepted.verified,
        stored=result.ledger.stored,
        session=opened.session,
        batch_rows=tuple(connection.batch_rows),
        latencies_ms=np.concatenate(connection.latencies_ms or [np.zeros(0, dtype=np.float32)]),
        results_ns=_times_by_frame(watched.answers if watched else []),
        peak_mb=peak_mb(os.getpid()),
    )


def classifier_for(order: Order) -> ImageClassifier:
    """The classifier of an order; a package is loaded once a process, for one thread."""
    if order.classifier == INSTANT:
        return InstantClassifier(order.class_names, order.shape)
    return _loaded(order.classifier)


@functools.cache
def _loaded(name: str) -> ImageClassifier:
    return load(name, threads=1)


def _times_by_frame(answers: list[tuple[int, int]]) -> NDArray[np.int64]:
    """Nothing is dropped on the way to the classifier, so frames come in their order."""
    if not answers:
        return np.zeros(0, dtype=np.int64)
    times, counts = np.array(answers, dtype=np.int64).T
    repeated: NDArray[np.int64] = np.repeat(times, counts)
    return repeated
