"""One session on the client's side: two sockets, three threads, one report.

The receiver thread turns messages into arrays, the analyzer thread into results, the uplink
thread sends these to the server. The thread that calls ``run_session`` reads the session socket
and watches the others. A connection that breaks is replaced; whatever else goes wrong in any
thread ends them all, and is raised here.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from analysis.accounting import RangeLog
from analysis.classifiers.interface import ImageClassifier
from analysis.connection import Limits, SessionConnection
from analysis.errors import (
    ServerRefused,
    ServerUnreachable,
    SessionInterrupted,
    SessionOver,
    StoppedBeforeStart,
)
from analysis.frame_source import FrameLink
from analysis.identity import client_info
from analysis.kept_sessions import KeptSession
from analysis.link import SessionLink
from analysis.options import AnalysisOptions
from analysis.recording import Recording, check_recalled
from analysis.session_run import UNDERWAY, Past, SessionRun
from analysis.stages import RunCounts
from results.ledger import Ledger, ranges_of
from results.report import PreflightDict, ReportDocument
from streaming.errors import PeerError, SessionTaken
from streaming.messages import Accepted, ClientInfo, Opened, Resumed

# How long a thread that is busy when a person wants it all to end is waited for.
_AT_ONCE_S = 0.5


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
        connection: The session socket; unless it breaks or the session fails, it stays open.
        opened: The session.
        classifier: What classifies.
        options: How to run it.
        stop: Once set, the server is asked to stop; what it sent is analysed and reported.
        preflight: What was measured before, for the report.
        on_progress: Called several times a second.

    Raises:
        SessionInterrupted: a connection broke and did not come again within its limit; the
            session can be resumed.
        ServerRefused: the server closed with a code of its own.
        StoppedBeforeStart: somebody stopped it before its first frame; the session socket stays.
        SessionFailed: a thread failed; its error is the cause.
        PeerError: the server broke the protocol.
    """
    link = SessionLink(
        connection.address,
        opened,
        client=options.client,
        limits=connection.limits,
        connection=connection,
    )
    return _run(
        link, opened, classifier, options, watched=_Watched(stop, on_progress), preflight=preflight
    )


def resume_session(
    kept: KeptSession,
    classifier: ImageClassifier,
    *,
    stop: threading.Event,
    limits: Limits = Limits(),
    client: ClientInfo | None = None,
    token: str = "",
    preflight: PreflightDict | None = None,
    on_progress: Callable[[RunCounts], None] = lambda counts: None,
) -> SessionResult:
    """Take up a session whose client died, and run it to its accepted report.

    What is stored comes back from the server and is not analysed again.

    Args:
        kept: What its client left.
        classifier: The one that it was opened with.
        limits: How long each wait may take.
        client: Who this is.
        token: What the server asks for; it is not kept with the session.

    Raises:
        CannotResume: another classifier.
        SessionOver: it has ended already.
        SessionFailed: as ``run_session``.
        PeerError: the server broke the protocol.
    """
    kept.check_classifier(classifier)
    opened, options = kept.opened, kept.options(client or client_info())
    address = kept.address.with_token(token)
    link = SessionLink(address, opened, client=options.client, limits=limits)
    watched = _Watched(stop, on_progress)
    classes = len(classifier.card.class_names)
    try:
        with _closing(link, opened):
            resumed, recording, stored = _recollect(
                link, classes, options.sample_seed, watched.pause
            )
    except BaseException:
        link.release()
        raise
    past = Past(
        recording=recording, stored=stored.ranges, resumed=resumed, started_at=kept.started_at
    )
    return _run(link, opened, classifier, options, watched=watched, preflight=preflight, past=past)


@dataclass(frozen=True, slots=True)
class _Watched:
    """How others have a hand in a session."""

    stop: threading.Event
    on_progress: Callable[[RunCounts], None]

    def pause(self, seconds: float) -> None:
        """Wait before the first connection is tried again."""
        if self.stop.wait(seconds):
            raise SessionInterrupted("stopped before it was connected")


def _recollect(
    link: SessionLink, classes: int, sample_seed: int, pause: Callable[[float], None]
) -> tuple[Resumed, Recording, RangeLog]:
    """Resume, and bring the stored predictions back, over as many connections as it takes."""
    recording, stored = Recording(classes, sample_seed=sample_seed), RangeLog()
    following = 0
    error: ServerUnreachable | None = None
    while True:
        resumed = link.resume(error, pause)
        if resumed.state not in UNDERWAY:
            raise SessionOver(resumed.session, resumed.state)
        try:
            while (batch := link.recall(following)) is not None:
                check_recalled(batch, first=following, classes=classes)
                recording.add(batch)
                for first, last in ranges_of(batch.sequences.tolist()):
                    stored.add(first, last + 1)
                following = int(batch.sequences[-1]) + 1
            return resumed, recording, stored
        except ServerUnreachable as broken:
            error = broken


def _run(
    link: SessionLink,
    opened: Opened,
    classifier: ImageClassifier,
    options: AnalysisOptions,
    *,
    watched: _Watched,
    preflight: PreflightDict | None,
    past: Past | None = None,
) -> SessionResult:
    address = options.frames_address or link.address.on_port(opened.frames_port)
    frames = FrameLink(address.with_token(link.address.token), opened, limits=link.limits)
    run = SessionRun(
        link,
        frames,
        opened,
        classifier,
        options=options,
        stop=watched.stop,
        on_progress=watched.on_progress,
        past=past,
    )
    wait_s = link.limits.connect_s + 1
    try:
        with _closing(link, opened):
            try:
                outcome, document, accepted = run.run(preflight)
                frames.close()
            except KeyboardInterrupt:
                wait_s = _AT_ONCE_S
                raise
            finally:
                # Before the threads are joined: nobody waits on a socket that is broken.
                frames.abort()
                run.stages.end(wait_s)
                frames.close()
    finally:
        link.release()
    return SessionResult(document, outcome.ledger, accepted, link.address.page_url(accepted.page))


@contextmanager
def _closing(link: SessionLink, opened: Opened) -> Iterator[None]:
    """Where the block fails, close the session socket with the code that says why."""
    try:
        yield
    except StoppedBeforeStart:
        raise
    except (SessionInterrupted, ServerUnreachable) as error:
        link.abort()
        raise SessionInterrupted(
            f"{error}; to go on with it: analyze --resume {opened.session}"
        ) from error
    except BaseException as error:
        _close_for(link, error)
        raise


def _close_for(link: SessionLink, error: BaseException) -> None:
    """Close the session socket with the code that says why, unless it is to be resumed."""
    if isinstance(error, PeerError):
        link.close(error.close_code, f"{error.code}: {error}")
    elif isinstance(error, KeyboardInterrupt) or (
        isinstance(error, ServerRefused) and error.close_code == SessionTaken.close_code
    ):
        link.abort()
    else:
        link.close(1011, str(error))
