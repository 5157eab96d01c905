"""One session run by a command: connected, kept while it runs, told, and reported."""

import json
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rich
from django.conf import settings
from django.core.management.base import CommandError

from analysis.addresses import ServerAddress, parse_address
from analysis.classifiers.interface import ImageClassifier
from analysis.classifiers.packages import find, load
from analysis.classifiers.speed import SustainedRate, sustained_rate
from analysis.connection import Limits, SessionConnection
from analysis.credentials import read_token
from analysis.distributed.ray_pool import ray_pool
from analysis.errors import AnalysisError
from analysis.identity import classifier_info
from analysis.kept_sessions import KeptSession, SessionFolder
from analysis.logbook import log_preflight, log_result
from analysis.management.arguments import DEFAULT_SERVER
from analysis.options import AnalysisOptions
from analysis.outcome import preflight_dict
from analysis.pipeline import SessionResult, run_session
from analysis.progress import ProgressReporter
from analysis.signals import StopSignals
from results.report import ReportDocument
from streaming.errors import StreamingError
from streaming.messages import Open, Opened

logger = logging.getLogger(__name__)

Options = dict[str, Any]


def run_command(run: Callable[[Options, StopSignals], None], options: Options) -> None:
    """Run what runs sessions, ended in good order by the first signal and at once by the second.

    Raises:
        CommandError: it failed; the message says why.
        SystemExit: with 130 after Ctrl-C and 143 after SIGTERM.
    """
    with StopSignals() as signals:
        try:
            run(options, signals)
        except (AnalysisError, StreamingError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            logger.error("ended at once; what is not stored yet waits for: analyze --resume")
            sys.exit(signals.exit_code or 130)
    if signals.exit_code:
        sys.exit(signals.exit_code)


def analysis_options(options: Options) -> AnalysisOptions:
    """How to run a session, as the command line says."""
    return AnalysisOptions(
        overload=options.get("overload") or "wait",
        batch_limit=options["batch"] or 256,
        queue_frames=options["queue"] or 1024,
        frames_address=options["frames_server"],
    )


def server_of(options: Options) -> ServerAddress:
    """The server, with the token to show it.

    Raises:
        InvalidToken: what the settings have is none.
    """
    address: ServerAddress = options["server"] or parse_address(DEFAULT_SERVER)
    return address.with_token(token_for(address))


def token_for(address: ServerAddress) -> str:
    """What to show a server that asks for a token; a warning where others could read it.

    Raises:
        InvalidToken: what the settings have is none.
    """
    token = read_token(settings.CLIENT_TOKEN, settings.CLIENT_TOKEN_FILE)
    if token and address.scheme == "ws" and not address.is_loopback:
        logger.warning("the token crosses the network readable; use wss:// where the server has it")
    return token


def session_folder() -> SessionFolder:
    """Where sessions are kept while they run."""
    return SessionFolder(settings.VAR_DIR / "sessions")


@contextmanager
def ready_classifier(
    name: str, options: Options
) -> Iterator[tuple[ImageClassifier, SustainedRate]]:
    """A package's classifier, ready for the block, and what it sustains.

    With ``--ray`` it is a pool of many.

    Raises:
        ClassifierError: the package cannot be loaded.
        PoolUnavailable: no workers for it can be had.
        CommandError: options that make no sense together.
    """
    if options["ray"] is not None:
        folder = find(name, models_dir=settings.MODELS_DIR)
        with ray_pool(folder, address=options["ray"], workers=options["workers"]) as pool:
            yield pool, pool.sustained_rate()
        return
    if options["workers"] is not None:
        raise CommandError("--workers is for --ray, which says where they are")
    classifier = load(name, models_dir=settings.MODELS_DIR)
    yield classifier, sustained_rate(classifier)


def run_new_session(
    name: str, asked: Mapping[str, Any], options: Options, signals: StopSignals
) -> None:
    """Open a session, run it to its accepted report, and say what came of it.

    Args:
        name: Of the classifier.
        asked: Fields of ``Open``: which frames, and how fast.
        options: Of the command line.
        signals: Once they came, the server is asked to stop.

    Raises:
        AnalysisError, StreamingError: it failed.
        CommandError: the report cannot be written where it is wanted.
    """
    path = report_path(options)
    analysis = analysis_options(options)
    limits = Limits(reconnect_s=options["reconnect_for"])
    with ExitStack() as stack:
        classifier, rate = stack.enter_context(ready_classifier(name, options))
        address = server_of(options)
        connection = stack.enter_context(SessionConnection(address, limits=limits))
        opened = connection.request(
            Open(classifier=classifier_info(classifier.card), client=analysis.client, **asked),
            Opened,
        )
        kept = KeptSession.of(
            opened,
            address=address,
            options=analysis,
            classifier_sha256=classifier.sha256,
            started_at=datetime.now(UTC),
        )
        with session_folder().while_running(kept), told(opened, rate) as on_progress:
            result = run_session(
                connection,
                opened,
                classifier,
                options=analysis,
                stop=signals.stop,
                preflight=preflight_dict(rate, opened.fps),
                on_progress=on_progress,
            )
    finish(result, path, signals)


@contextmanager
def told(opened: Opened, rate: SustainedRate) -> Iterator[ProgressReporter]:
    """Say what session it is; in the block, how far it is."""
    logger.info(
        "session %s: %d frames of %s at %g fps from %d",
        opened.session,
        opened.announced,
        opened.dataset.name,
        opened.fps,
        opened.offset,
    )
    log_preflight(opened.classifier, rate, opened.fps)
    with ProgressReporter(opened.announced, rich.get_console()) as on_progress:
        yield on_progress


def finish(result: SessionResult, path: Path | None, signals: StopSignals) -> None:
    """Write the report down where a path is given, and say how the session ended."""
    if path is not None:
        _write_json(path, result.document)
    if signals.stop.is_set():
        logger.warning("stopped early; what was sent is analysed and reported")
    log_result(result)


def report_path(options: Options) -> Path | None:
    """Where the report is wanted.

    Raises:
        CommandError: it could not be written there, which is found out before the run.
    """
    path: Path | None = options["json"]
    if path is not None:
        _check_writable(path)
    return path


def _check_writable(path: Path) -> None:
    try:
        if path.is_dir():
            raise IsADirectoryError(f"{path} is a folder")
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise CommandError(f"--json: expected a file that can be written, got {error}") from error


def _write_json(path: Path, document: ReportDocument) -> None:
    # Beside it and renamed: a reader never finds half a report.
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        partial.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise CommandError(f"--json: the report could not be written: {error}") from error
    logger.info("report written to %s", path)
