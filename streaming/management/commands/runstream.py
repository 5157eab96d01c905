"""Serve datasets as frames on one port, and sessions, pages and REST on another."""

import logging
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connections

from access.addresses import is_loopback
from streaming.bookkeeping import interrupt_all, register_dataset
from streaming.collecting import collect_rarely
from streaming.context import EXPIRE_AFTER_S, STALL_LIMIT_S, StreamContext
from streaming.datasets.library import open_dataset
from streaming.datasets.pickles import DatasetReader
from streaming.errors import StreamingError
from streaming.interruptions import SERVER_ENDED
from streaming.serving import DEFAULT_SERVER, SERVERS, check_port, serve

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """``python manage.py runstream --dataset PATH...``."""

    help = "Stream a dataset pickle over websockets, and serve its sessions and results."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--dataset",
            type=Path,
            nargs="+",
            action="extend",
            required=True,
            help="pickles of makedataset; the first is streamed where none is chosen",
        )
        parser.add_argument(
            "--fps",
            type=float,
            default=10.0,
            help="frames a second for clients that do not choose; 0 is as fast as they take them",
        )
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--frames-port", type=int, default=6000, help="frames only")
        parser.add_argument("--session-port", type=int, default=7000, help="everything else")
        parser.add_argument(
            "--server",
            choices=SERVERS,
            default=DEFAULT_SERVER,
            help="the program that serves both ports (%(default)s)",
        )
        parser.add_argument(
            "--expire-after",
            type=float,
            default=EXPIRE_AFTER_S,
            metavar="SECONDS",
            help="without a sign of life of its client for so long a session fails (%(default)g)",
        )
        parser.add_argument(
            "--stall-limit",
            type=float,
            default=STALL_LIMIT_S,
            metavar="SECONDS",
            help="a reader that lets frames wait for credit for so long is cut off (%(default)g)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until SIGINT or SIGTERM."""
        self._check(options)
        try:
            # Before the database is touched: what has the port may be another server with
            # sessions under way.
            for port in (options["frames_port"], options["session_port"]):
                check_port(options["host"], port)
            datasets = [open_dataset(path) for path in options["dataset"]]
            # What is registered last is the current one.
            for each in reversed(datasets):
                register_dataset(each)
            # The sockets have connections of their own; this one would only grow old.
            connections.close_all()
            context = StreamContext(
                dataset=datasets[0],
                fps=options["fps"],
                frames_port=options["frames_port"],
                session_port=options["session_port"],
                expire_after_s=options["expire_after"],
                stall_limit_s=options["stall_limit"],
            )
            collect_rarely()
            serve(
                context,
                host=options["host"],
                on_ready=lambda: _announce(context, options["host"], others=datasets[1:]),
                server=options["server"],
            )
        except StreamingError as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            # PostgreSQL adds the statement, in lines of its own.
            said = str(error).partition("\n")[0]
            raise CommandError(
                f"the database is not ready ({said}); run: python manage.py migrate"
            ) from error
        _leave_sessions(context)
        logger.info("server stopped")

    @staticmethod
    def _check(options: dict[str, Any]) -> None:
        if not (math.isfinite(options["fps"]) and options["fps"] >= 0):
            raise CommandError(f"--fps must be 0 or more, got {options['fps']}")
        if settings.ACCESS == "local" and not is_loopback(options["host"]):
            raise CommandError(
                f"--host {options['host']} lets other machines in, which takes "
                "FASHIONSITE_ACCESS=network; docs/how-to/run-on-a-network.md"
            )
        for name in ("expire_after", "stall_limit"):
            if not (math.isfinite(options[name]) and options[name] > 0):
                raise CommandError(
                    f"--{name.replace('_', '-')} must be more than 0 seconds, got {options[name]}"
                )
        for name in ("frames_port", "session_port"):
            if not 1 <= options[name] <= 65535:
                raise CommandError(
                    f"--{name.replace('_', '-')} must be 1 to 65535, got {options[name]}"
                )
        if options["frames_port"] == options["session_port"]:
            raise CommandError("--frames-port and --session-port must differ")


def _leave_sessions(context: StreamContext) -> None:
    """Note what is not over as interrupted: this server, or another, can go on with it."""
    try:
        interrupt_all(context, SERVER_ENDED)
    except DatabaseError as error:
        logger.warning("what this server leaves could not be noted: %s", error)


def _announce(context: StreamContext, host: str, *, others: Sequence[DatasetReader]) -> None:
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
    for each in others:
        logger.info(
            "to be chosen too: %s %s (%d frames)",
            *(each.header.name, each.header.split, each.header.count),
        )
