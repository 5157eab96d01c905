"""``python manage.py analyze``: classify a server's stream, live, and report what came of it."""

import logging
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.classifiers import DEFAULT_CLASSIFIER
from analysis.connection import Limits
from analysis.credit import OVERLOADS
from analysis.errors import SessionOver
from analysis.management.arguments import MOST, add_run_arguments, rate, session_id, whole
from analysis.management.running import (
    Options,
    analysis_options,
    finish,
    ready_classifier,
    report_path,
    run_command,
    run_new_session,
    server_of,
    session_folder,
    token_for,
    told,
)
from analysis.outcome import preflight_dict
from analysis.pipeline import resume_session
from analysis.signals import StopSignals
from analysis.worker import Worker

logger = logging.getLogger(__name__)

ONLY_ONE = UUID(int=0)  # stands for the only session that can be resumed
# Not what one session asks for: a worker is told by the server.
_NOT_WITH_FOLLOW = ("count", "fps", "offset", "json", "resume", "ray", "workers")
_NOT_WITH_RESUME = ("count", "fps", "offset", "overload", "batch", "queue")


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
            "--classifier", help=f"name of a model package (default {DEFAULT_CLASSIFIER})"
        )
        parser.add_argument("--count", type=whole(1, MOST), help="frames (default all)")
        parser.add_argument(
            "--fps",
            type=rate,
            help="frames a second, 0: as fast as it goes (default: the server's)",
        )
        parser.add_argument("--offset", type=whole(0, MOST), help="first frame (default 0)")
        parser.add_argument(
            "--follow", action="store_true", help="run the sessions that others ask for"
        )
        parser.add_argument(
            "--resume",
            type=session_id,
            nargs="?",
            const=ONLY_ONE,
            metavar="UUID",
            help="go on with a session that was cut off; without a UUID: with the only one",
        )
        parser.add_argument(
            "--overload",
            choices=OVERLOADS,
            help="when frames come too fast: lose nothing (wait, default), or stay in real time",
        )
        add_run_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run one session, go on with one, or follow."""
        run = _analyse
        if options["follow"]:
            run = _follow
            _refuse(options, _NOT_WITH_FOLLOW, "--follow takes sessions as they are asked for")
        elif options["resume"] is not None:
            run = _resume
            _refuse(options, _NOT_WITH_RESUME, "--resume goes on as the session was begun")
        run_command(run, options)


def _refuse(options: Options, names: tuple[str, ...], why: str) -> None:
    given = [f"--{name.replace('_', '-')}" for name in names if options[name] is not None]
    if given:
        raise CommandError(f"{why}, not {', '.join(given)}")


def _follow(options: Options, signals: StopSignals) -> None:
    name = options["classifier"]
    address = server_of(options)
    worker = Worker(
        address,
        models_dir=settings.MODELS_DIR,
        names=[name] if name else None,
        folder=session_folder(),
        options=analysis_options(options),
        stop=signals.stop,
        limits=Limits(reconnect_s=options["reconnect_for"]),
    )
    worker.run()
    logger.info("followed %s, ran %d sessions", address, worker.completed)


def _analyse(options: Options, signals: StopSignals) -> None:
    asked = {
        "count": options["count"],
        "fps": options["fps"],
        "offset": options["offset"] or 0,
    }
    run_new_session(options["classifier"] or DEFAULT_CLASSIFIER, asked, options, signals)


def _resume(options: Options, signals: StopSignals) -> None:
    path = report_path(options)
    folder, session = session_folder(), options["resume"]
    with folder.take_only() if session == ONLY_ONE else folder.take(session) as file:
        kept = file.kept.moved(options["server"], options["frames_server"])
        opened, name = kept.opened, options["classifier"]
        if name and name != opened.classifier:
            raise CommandError(f"--resume goes on with {opened.classifier}, not with {name}")
        with ready_classifier(opened.classifier, options) as (classifier, sustained):
            kept.check_classifier(classifier)
            try:
                with file.running(), told(opened, sustained) as on_progress:
                    result = resume_session(
                        kept,
                        classifier,
                        stop=signals.stop,
                        limits=Limits(reconnect_s=options["reconnect_for"]),
                        token=token_for(kept.address),
                        preflight=preflight_dict(sustained, opened.fps),
                        on_progress=on_progress,
                    )
            except SessionOver as over:
                # Its client died between the server's last word and its own end.
                if over.state != "completed":
                    raise
                logger.info("nothing is left to do: %s on %s", over, kept.address)
                return
    finish(result, path, signals)
