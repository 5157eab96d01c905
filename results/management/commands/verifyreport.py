"""``manage.py verifyreport``: is a file that was taken away still what was exported?"""

import logging
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from results.errors import ResultsError
from results.exports import known_manifests
from results.exports.manifest import manifest_differences
from results.exports.verification import Verified, verify_file

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """``python manage.py verifyreport FILE``; the exit status is 0 where all is as it was."""

    help = (
        "Say whether an exported file (JSON, JSON Lines, CSV, Parquet, HTML) is intact, and "
        "whether it agrees with a server, this database, the models or the dataset."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--manifest",
            type=Path,
            metavar="FILE",
            help="that of a CSV or JSON Lines file (default: FILE.manifest.json)",
        )
        known = parser.add_mutually_exclusive_group()
        known.add_argument(
            "--server", metavar="URL", help="compare with this server; a token as for `analyze`"
        )
        known.add_argument(
            "--database", action="store_true", help="compare with the database of this machine"
        )
        parser.add_argument(
            "--models", type=Path, metavar="FOLDER", help="a folder of model packages, or one"
        )
        parser.add_argument(
            "--dataset", type=Path, metavar="FILE", help="the dataset that was streamed"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at the file, then at whatever it is to be compared with."""
        path: Path = options["file"]
        try:
            verified = verify_file(path, options["manifest"])
            problems = [*verified.problems, *_compared(verified, options)]
        except ResultsError as error:
            raise CommandError(f"{path}: {error}") from error
        except DatabaseError as error:
            raise CommandError(f"the database cannot be used just now: {error}") from error
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read: {error.strerror}") from error
        if problems:
            for problem in problems:
                logger.error("%s: %s", path, problem)
            raise CommandError(f"{path} is NOT what was exported")
        _say(path, verified)


def _say(path: Path, verified: Verified) -> None:
    manifest = verified.manifest
    logger.info(
        "%s is intact: session %s, %s, of %s",
        path,
        manifest["session"]["uuid"],
        manifest["session"]["state"],
        manifest["session"]["created_at"],
    )
    for part in ("classifier", "dataset"):
        one = manifest[part]
        logger.info("%s %s, SHA-256 %s", part, one["name"], one["sha256"])
    if verified.has_rows:
        logger.info("%d predictions give the summary that it has", manifest.get("rows", 0))
    else:
        logger.info("it holds no predictions, so that its summary is not computed again")


def _compared(verified: Verified, options: dict[str, Any]) -> list[str]:
    manifest, problems = verified.manifest, []
    if options["server"]:
        known = known_manifests.of_server(options["server"], verified, token=_token())
        problems += manifest_differences(manifest, known, whose="the server")
    if options["database"]:
        known = known_manifests.of_database(verified)
        problems += manifest_differences(manifest, known, whose="the database")
    if options["models"]:
        problems += known_manifests.weights_differences(options["models"], manifest)
    if options["dataset"]:
        problems += known_manifests.dataset_differences(options["dataset"], manifest)
    return problems


def _token() -> str:
    """That which `analyze` would show the server; empty where there is none."""
    if settings.CLIENT_TOKEN or settings.CLIENT_TOKEN_FILE is None:
        return str(settings.CLIENT_TOKEN)
    return settings.CLIENT_TOKEN_FILE.read_text(encoding="ascii").strip()
