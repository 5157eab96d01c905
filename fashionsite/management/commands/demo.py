"""The whole loop in one command: data, server, one analysis, and the site until Ctrl-C."""

import http.client
import logging
import signal
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from fashionsite.admin_user import ensure_admin_user
from fashionsite.processes import ManagedProcess, wait_for_any
from streaming.errors import PortUnavailable
from streaming.serving import check_port

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
# The whole test split, so that sessions of any length up to it can be started in the browser.
DATASET_FRAMES = 10_000
SERVER_STARTS_WITHIN_S = 60.0


class Command(BaseCommand):
    """``python manage.py demo``, which is what `make run` runs."""

    help = "Stream Fashion-MNIST, analyse 100 frames, and serve the results until Ctrl-C."
    # The database is made by this command, so nothing of it can be checked before.
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--once", action="store_true", help="end after the analysis")
        parser.add_argument("--count", type=int, default=100, help="frames of the analysis")
        parser.add_argument("--fps", type=float, default=10.0, help="frames a second")
        parser.add_argument("--frames-port", type=int, default=6000)
        parser.add_argument("--session-port", type=int, default=7000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, serve, analyse; then serve on, with a worker for the browser's sessions."""
        if settings.IS_NETWORK:
            raise CommandError(
                "the demo is for this machine alone, and FASHIONSITE_ACCESS is network; "
                "docs/how-to/run-on-a-network.md says how to serve others"
            )
        frames_port, session_port = options["frames_port"], options["session_port"]
        # As Ctrl-C does, SIGTERM ends the children first.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            for port in (frames_port, session_port):
                check_port(HOST, port)
        except PortUnavailable as error:
            raise CommandError(str(error)) from error
        dataset = self._prepare()
        server = ManagedProcess(
            *("runstream", f"--dataset={dataset}", f"--host={HOST}"),
            *(f"--frames-port={frames_port}", f"--session-port={session_port}"),
        )
        analyze = ("analyze", f"--server=ws://{HOST}:{session_port}")
        try:
            with server:
                if not server.wait_until(
                    lambda: _answers(session_port), timeout_s=SERVER_STARTS_WITHIN_S
                ):
                    raise CommandError("the server did not start; its log above says why")
                with ManagedProcess(
                    *analyze, f"--count={options['count']}", f"--fps={options['fps']}"
                ) as analysis:
                    exit_code = analysis.wait()
                if options["once"]:
                    sys.exit(exit_code)
                self._serve_on(server, ManagedProcess(*analyze, "--follow"), session_port)
        except KeyboardInterrupt:
            logger.info("ended by Ctrl-C or SIGTERM")

    @staticmethod
    def _prepare() -> Path:
        """Database, admin user and dataset, each made only where it is missing."""
        call_command("migrate", verbosity=0, interactive=False)
        ensure_admin_user(settings.VAR_DIR / "admin-password")
        path: Path = settings.VAR_DIR / "datasets" / "fashion-mnist-demo.pickle"
        if not path.exists():
            call_command("makedataset", count=DATASET_FRAMES, output=path)
        return path

    @staticmethod
    def _serve_on(server: ManagedProcess, worker: ManagedProcess, session_port: int) -> None:
        logger.info(
            "the site is on http://%s:%d/ and a worker runs the sessions started there; "
            "Ctrl-C ends both",
            HOST,
            session_port,
        )
        with worker:
            ended = wait_for_any([server, worker])
        raise CommandError(f"{ended.name} ended by itself with exit code {ended.exit_code}")


def _answers(port: int) -> bool:
    """Whether a web server answers on this port."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("HEAD", "/")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()
