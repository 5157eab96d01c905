"""``python manage.py analyze``: classify a server's stream, live, and report what came of it."""

import json
import logging
import math
import os
import sys
import tempfile
from argparse import ArgumentTypeError
from collections.abc import Callable
from pathlib import Path
from typing import Any

import rich
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.addresses import ServerAddress, parse_address
from analysis.classifiers.packages import load
from analysis.classifiers.speed import sustained_rate
from analysis.connection import SessionConnection
from analysis.credit import OVERLOADS
from analysis.errors import AnalysisError
from analysis.identity import classifier_info
from analysis.logbook import log_preflight, log_result
from analysis.options import AnalysisOptions
from analysis.outcome import preflight_dict
from analysis.pipeline import run_session
from analysis.progress import ProgressReporter
from analysis.signals import StopSignals
from analysis.worker import Worker
from results.report import ReportDocument
from streaming.errors import StreamingError
from streaming.messages import Open, Opened

logger = logging.getLogger(__name__)

DEFAULT_CLASSIFIER = "fashion-cnn"
# Counts end up in a signed 64-bit column of the server's database.
_MOST = 2**62
# Not what one session asks for: a worker is told by the server.
_NOT_WITH_FOLLOW = ("count", "fps", "offset", "json")


def _whole(minimum: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = minimum - 1
        if not minimum <= number <= most:
            raise ArgumentTypeError(f"expected an integer from {minimum} to {most}, got {text!r}")
        return number

    return parse


def _rate(text: str) -> float:
    try:
        fps = float(text)
    except ValueError:
        fps = math.nan
    # Written so that NaN is refused too.
    if not 0 <= fps <= 1_000_000:
        raise ArgumentTypeError(f"expected frames a second from 0 to 1000000, got {text!r}")
    return fps


def _address(text: str) -> ServerAddress:
    try:
        return parse_address(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error


class Command(BaseCommand):
    """Receive a stream, classify it, send the results back, and report.

    Ends with 0 after a complete session; with 130 after Ctrl-C and 143 after SIGTERM, once what
    was sent has been analysed and reported; with 1 otherwise. A second signal ends it at once.
    """

    help = "Classify a server's stream, live, and report what came of it."
    requires_system_checks = []  # the server's settings and database are of no concern here

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--server", type=_address, default="ws://127.0.0.1:7000", help="ws://host:port"
        )
        parser.add_argument(
            "--frames-server", type=_address, help="where frames come from, if not from the server"
        )
        parser.add_argument(
            "--classifier", help=f"name of a model package (default {DEFAULT_CLASSIFIER})"
        )
        parser.add_argument("--count", type=_whole(1, _MOST), help="frames (default all)")
        parser.add_argument(
            "--fps",
            type=_rate,
            help="frames a second, 0: as fast as it goes (default: the server's)",
        )
        parser.add_argument("--offset", type=_whole(0, _MOST), help="first frame (default 0)")
        parser.add_argument("--json", type=Path, help="keep a copy of the report there")
        parser.add_argument(
            "--follow", action="store_true", help="run the sessions that others ask for"
        )
        parser.add_argument(
            "--overload",
            choices=OVERLOADS,
            default="wait",
            help="when frames come too fast: lose nothing, or stay in real time",
        )
        parser.add_argument(
            "--batch", type=_whole(1, 65536), default=256, help="most frames classified at once"
        )
        parser.add_argument(
            "--queue", type=_whole(1, 1_000_000), default=1024, help="most frames waiting"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run one session, or follow."""
        analysis = AnalysisOptions(
            overload=options["overload"],
            batch_limit=options["batch"],
            queue_frames=options["queue"],
            frames_address=options["frames_server"],
        )
        with StopSignals() as signals:
            try:
                if options["follow"]:
                    _follow(options, analysis, signals)
                else:
                    _analyse(options, analysis, signals)
            except (AnalysisError, StreamingError) as error:
                raise CommandError(str(error)) from error
            except KeyboardInterrupt:
                logger.error("ended at once; what was not acknowledged is lost")
                sys.exit(signals.exit_code or 130)
        if signals.exit_code:
            sys.exit(signals.exit_code)


def _follow(options: dict[str, Any], analysis: AnalysisOptions, signals: StopSignals) -> None:
    given = [f"--{name}" for name in _NOT_WITH_FOLLOW if options[name] is not None]
    if given:
        raise CommandError(f"--follow takes sessions as they are asked for, not {', '.join(given)}")
    name = options["classifier"]
    worker = Worker(
        options["server"],
        models_dir=settings.MODELS_DIR,
        names=[name] if name else None,
        options=analysis,
        stop=signals.stop,
    )
    worker.run()
    logger.info("followed %s, ran %d sessions", options["server"], worker.completed)


def _analyse(options: dict[str, Any], analysis: AnalysisOptions, signals: StopSignals) -> None:
    path: Path | None = options["json"]
    if path is not None:
        _check_writable(path)
    name = options["classifier"] or DEFAULT_CLASSIFIER
    classifier = load(name, models_dir=settings.MODELS_DIR)
    rate = sustained_rate(classifier)
    with SessionConnection(options["server"]) as connection:
        opened = connection.request(
            Open(
                classifier=classifier_info(classifier.card),
                client=analysis.client,
                count=options["count"],
                fps=options["fps"],
                offset=options["offset"] or 0,
            ),
            Opened,
        )
        logger.info(
            "session %s: %d frames of %s at %g fps from %d",
            opened.session,
            opened.announced,
            opened.dataset.name,
            opened.fps,
            opened.offset,
        )
        log_preflight(name, rate, opened.fps)
        with ProgressReporter(opened.announced, rich.get_console()) as on_progress:
            result = run_session(
                connection,
                opened,
                classifier,
                options=analysis,
                stop=signals.stop,
                preflight=preflight_dict(rate, opened.fps),
                on_progress=on_progress,
            )
    if path is not None:
        _write_json(path, result.document)
    if signals.stop.is_set():
        logger.warning("stopped early; what was sent is analysed and reported")
    log_result(result)


def _check_writable(path: Path) -> None:
    """Find out before the run that the report cannot be written, not after it."""
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
