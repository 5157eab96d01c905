"""Serve a dataset as frames on one port, and sessions, pages and REST on another."""

import logging
import math
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from results import services
from streaming.bookkeeping import register_dataset
from streaming.context import StreamContext
from streaming.datasets.library import open_dataset
from streaming.errors import StreamingError
from streaming.serving import check_port, serve

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """``python manage.py runstream --dataset PATH``."""

    help = "Stream a dataset pickle over websockets, and serve its sessions and results."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--dataset", type=Path, required=True, help="pickle of makedataset")
        parser.add_argument(
            "--fps",
            type=float,
            default=10.0,
            help="frames a second for clients that do not choose; 0 is as fast as they take them",
        )
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--frames-port", type=int, default=6000, help="frames only")
        parser.add_argument("--session-port", type=int, default=7000, help="everything else")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until SIGINT or SIGTERM."""
        self._check(options)
        try:
            # Before the database is touched: what has the port may be another server with
            # sessions under way.
            for port in (options["frames_port"], options["session_port"]):
                check_port(options["host"], port)
            dataset = open_dataset(options["dataset"])
            register_dataset(dataset)
            _fail_abandoned("the server ended before the session did")
            context = StreamContext(
                dataset=dataset,
                fps=options["fps"],
                frames_port=options["frames_port"],
                session_port=options["session_port"],
            )
            serve(
                context, host=options["host"], on_ready=lambda: _announce(context, options["host"])
            )
        except StreamingError as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(
                f"the database is not ready ({error}); run: python manage.py migrate"
            ) from error
        _fail_abandoned("the server was shut down")
        logger.info("server stopped")

    @staticmethod
    def _check(options: dict[str, Any]) -> None:
        if not (math.isfinite(options["fps"]) and options["fps"] >= 0):
            raise CommandError(f"--fps must be 0 or more, got {options['fps']}")
        for name in ("frames_port", "session_port"):
            if not 1 <= options[name] <= 65535:
                raise CommandError(
                    f"--{name.replace('_', '-')} must be 1 to 65535, got {options[name]}"
                )
        if options["frames_port"] == options["session_port"]:
            raise CommandError("--frames-port and --session-port must differ")


def _fail_abandoned(reason: str) -> None:
    failed = services.fail_abandoned_sessions(error=reason)
    if failed:
        logger.warning("%d unfinished sessions set to failed: %s", failed, reason)


def _announce(context: StreamContext, host: str) -> None:
    header = context.dataset.header
    logger.info(
        "serving %s %s (%d frames of %dx%d): pages on http://%s:%d/, frames on port %d",
        header.name,
        header.split,
        header.count,
        header.height,
        header.width,
        f"[{host}]" if ":" in host else host,
        context.session_port,
        context.frames_port,
    )
