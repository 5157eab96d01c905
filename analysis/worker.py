"""A client that follows: it runs the sessions that others ask for, one after the other."""

import logging
import threading
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from analysis.addresses import ServerAddress
from analysis.backoff import Backoff
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
from analysis.kept_sessions import KeptSession, SessionFolder
from analysis.logbook import log_preflight, log_result
from analysis.options import AnalysisOptions
from analysis.outcome import preflight_dict
from analysis.pipeline import resume_session, run_session
from streaming.errors import OutOfOrder, StreamingError
from streaming.messages import ClassifierInfo, Follow, Following, Opened

logger = logging.getLogger(__name__)

# How soon a waiting worker notices that it is to stop.
_TICK_S = 0.25


class Worker:
    """Follows a server until it is told to stop.

    Classifiers are loaded when the first session asks for them, and stay.

    Args:
        address: The server.
        models_dir: Where model packages lie.
        names: Those to offer; None offers all.
        folder: Where sessions are kept while they run. Those that another run of this worker
            left there are resumed before it follows.
        options: How to run each session.
        stop: Ends it; a session that runs is stopped, drained and reported first.
        limits: How long to wait for the server.
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
        folder: SessionFolder,
        options: AnalysisOptions,
        stop: threading.Event,
        limits: Limits = Limits(),
        preflight_s: float = 1.0,
    ) -> None:
        self.completed = 0
        self._following = False
        self._address = address
        self._models_dir = models_dir
        self._folder = folder
        self._options = options
        self._stop = stop
        self._limits = limits
        self._backoff = Backoff(first_s=limits.retry_s)
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
                self._resume_what_is_left()
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
            # A session outlives its connection, and takes another; then this one is of no use.
            while not (self._stop.is_set() or connection.broken):
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
        kept = KeptSession.of(
            opened,
            address=self._address,
            options=self._options,
            classifier_sha256=classifier.sha256,
            started_at=datetime.now(UTC),
        )
        with self._folder.while_running(kept):
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

    def _resume_what_is_left(self) -> None:
        offers = {offer.name: offer.sha256 for offer in self._offers}
        for kept in self._folder.resumable():
            own = kept.address == self._address
            if own and offers.get(kept.opened.classifier) == kept.classifier_sha256:
                try:
                    self._resume(kept.opened.session)
                except (AnalysisError, StreamingError) as error:
                    # Following may still do, and those that ask for a session have waited.
                    logger.error("session %s: %s", kept.opened.session, error)

    def _resume(self, session: UUID) -> None:
        with self._folder.take(session) as file:
            opened = file.kept.opened
            logger.info("session %s: taking it up where it was left", session)
            classifier, rate = self._classifier(opened.classifier)
            with file.running():
                result = resume_session(
                    file.kept,
                    classifier,
                    stop=self._stop,
                    limits=self._limits,
                    client=self._options.client,
                    token=self._address.token,
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
