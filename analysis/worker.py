"""A client that follows: it runs the sessions that others ask for, one after the other."""

import logging
import random
import threading
from collections.abc import Callable
from pathlib import Path

from analysis.addresses import ServerAddress
from analysis.classifiers.card import CARD_FILE, read_card
from analysis.classifiers.interface import ImageClassifier
from analysis.classifiers.packages import available, find, load
from analysis.classifiers.speed import SustainedRate, sustained_rate
from analysis.connection import Limits, SessionConnection
from analysis.errors import (
    AnalysisError,
    InvalidCard,
    ServerRefused,
    StoppedBeforeStart,
    UnknownClassifier,
)
from analysis.identity import classifier_info
from analysis.logbook import log_preflight, log_result
from analysis.options import AnalysisOptions
from analysis.outcome import preflight_dict
from analysis.pipeline import run_session
from streaming.errors import OutOfOrder, StreamingError
from streaming.messages import ClassifierInfo, Follow, Following, Opened

logger = logging.getLogger(__name__)

# How soon a waiting worker notices that it is to stop.
_TICK_S = 0.25


class Backoff:
    """Delays that double up to a limit, each shortened at random, so that many clients of a
    server that comes back do not come at once.

    Args:
        first_s: The first delay at its longest.
        limit_s: The longest delay.
        draw: A number from 0 to 1, at random.
    """

    def __init__(
        self,
        *,
        first_s: float = 0.5,
        limit_s: float = 10.0,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._first_s = first_s
        self._limit_s = limit_s
        self._draw = draw
        self._next_s = first_s

    def next_s(self) -> float:
        """How long to wait now: half to all of the current delay."""
        delay = self._next_s
        self._next_s = min(2 * delay, self._limit_s)
        return delay * (0.5 + 0.5 * self._draw())

    def reset(self) -> None:
        """Begin again with the first delay."""
        self._next_s = self._first_s


class Worker:
    """Follows a server until it is told to stop.

    Classifiers are loaded when the first session asks for them, and stay.

    Args:
        address: The server.
        models_dir: Where model packages lie.
        names: Those to offer; None offers all.
        options: How to run each session.
        stop: Ends it; a session that runs is stopped, drained and reported first.
        limits: How long to wait for the server.
        backoff: How long to wait before connecting again.
        preflight_s: How long a classifier's speed is measured when it is loaded.

    Raises:
        UnknownClassifier: there is none to offer.
    """

    def __init__(
        self,
        address: ServerAddress,
        *,
        models_dir: Path,
        names: list[str] | None = None,
        options: AnalysisOptions,
        stop: threading.Event,
        limits: Limits = Limits(),
        backoff: Backoff | None = None,
        preflight_s: float = 1.0,
    ) -> None:
        self.completed = 0
        self._following = False
        self._address = address
        self._models_dir = models_dir
        self._options = options
        self._stop = stop
        self._limits = limits
        self._backoff = backoff or Backoff()
        self._preflight_s = preflight_s
        self._offers = offered(models_dir, names)
        self._loaded: dict[str, tuple[ImageClassifier, SustainedRate]] = {}

    def run(self) -> None:
        """Connect, follow, and connect again whenever the connection or a session failed.

        Raises:
            ServerRefused: the server does not take the offer, so that trying again is no use.
        """
        while not self._stop.is_set():
            try:
                self._follow()
            except (AnalysisError, StreamingError) as error:
                if isinstance(error, ServerRefused) and not self._following:
                    raise
                delay_s = self._backoff.next_s()
                logger.error("%s; connecting again in %.1f s", error, delay_s)
                self._stop.wait(delay_s)

    def _follow(self) -> None:
        self._following = False
        with SessionConnection(self._address, limits=self._limits) as connection:
            connection.request(
                Follow(classifiers=self._offers, client=self._options.client), Following
            )
            self._following = True
            self._backoff.reset()
            names = ", ".join(offer.name for offer in self._offers)
            logger.info("following %s with %s", self._address, names)
            while not self._stop.is_set():
                try:
                    message = connection.receive(_TICK_S)
                except TimeoutError:
                    continue
                if not isinstance(message, Opened):
                    raise OutOfOrder(
                        f"expected opened, the server sent {type(message).__name__.lower()}"
                    )
                try:
                    self._run(connection, message)
                except StoppedBeforeStart as error:
                    logger.info("session %s: %s", message.session, error)

    def _run(self, connection: SessionConnection, opened: Opened) -> None:
        try:
            classifier, rate = self._classifier(opened.classifier)
        except AnalysisError as error:
            connection.close(1011, str(error))
            raise
        log_preflight(opened.classifier, rate, opened.fps)
        result = run_session(
            connection,
            opened,
            classifier,
            options=self._options,
            stop=self._stop,
            preflight=preflight_dict(rate, opened.fps),
        )
        self.completed += 1
        log_result(result)

    def _classifier(self, name: str) -> tuple[ImageClassifier, SustainedRate]:
        if name not in self._loaded:
            if name not in {offer.name for offer in self._offers}:
                raise UnknownClassifier(f"the server asked for {name!r}, which was not offered")
            classifier = load(name, models_dir=self._models_dir)
            rate = sustained_rate(classifier, seconds=self._preflight_s)
            self._loaded[name] = classifier, rate
        return self._loaded[name]


def offered(models_dir: Path, names: list[str] | None = None) -> list[ClassifierInfo]:
    """The packages that can be offered; one with an unreadable card is left out with a warning.

    Args:
        models_dir: Where model packages lie.
        names: Only these; None takes all.

    Raises:
        UnknownClassifier: one of ``names`` is not there, or there is none at all.
        InvalidCard: the card of one of ``names`` is not as it must be.
    """
    offers: list[ClassifierInfo] = []
    for name in names or available(models_dir):
        try:
            card = read_card(find(name, models_dir=models_dir) / CARD_FILE)
        except InvalidCard as error:
            if names:
                raise
            logger.warning("%s is not offered: %s", name, error)
            continue
        offers.append(classifier_info(card))
    if not offers:
        raise UnknownClassifier(f"classifier: expected one or more in {models_dir}, got none")
    return offers
