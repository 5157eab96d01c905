"""``manage.py prune``: delete old sessions, or only their predictions."""

import argparse
import logging
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError

from results.ages import parse_age
from results.errors import ResultsError
from results.lifecycle import FINAL_STATES
from results.models import Session
from results.services.retention import prunable_sessions, prune_session

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """``python manage.py prune --older-than 30d``."""

    help = (
        "Delete sessions that are over, with their predictions and reports, or their predictions "
        "alone. Sessions that run are never touched, and streams are not held up."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--older-than",
            type=_age,
            metavar="AGE",
            help="only sessions that have been over for so long: a number and m, h, d or w",
        )
        parser.add_argument(
            "--keep-newest",
            type=_count,
            metavar="N",
            help="leave out the N newest sessions that are over",
        )
        parser.add_argument(
            "--state",
            action="append",
            choices=sorted(FINAL_STATES),
            help="only sessions that ended so; may be given more than once",
        )
        parser.add_argument(
            "--keep-reports",
            action="store_true",
            help="delete predictions only: sessions, reports and sample pictures stay",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be deleted, and delete nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prune one session after the other, the oldest first."""
        if options["older_than"] is None and options["keep_newest"] is None:
            raise CommandError("say what to prune: --older-than AGE, --keep-newest N, or both")
        keep_reports, is_dry = options["keep_reports"], options["dry_run"]
        try:
            found = list(
                prunable_sessions(
                    older_than=options["older_than"],
                    states=options["state"] or FINAL_STATES,
                    keep_newest=options["keep_newest"] or 0,
                    keep_reports=keep_reports,
                )
            )
            pruned = [one for one in found if is_dry or _prune(one, keep_reports)]
        except (OperationalError, InterfaceError) as error:
            raise CommandError(f"the database cannot be used just now: {error}") from error
        logger.info(
            "%s %d predictions of %d sessions; %s",
            "would delete" if is_dry else "deleted",
            sum(one.stored for one in pruned),
            len(pruned),
            "sessions and reports stay" if keep_reports else "sessions and reports as well",
        )


def _prune(session: Session, keep_report: bool) -> bool:
    try:
        done = prune_session(session_uuid=session.pk, keep_report=keep_report)
    except ResultsError as error:
        # Somebody else deleted it meanwhile.
        logger.warning("session %s: left as it is, %s", session.pk, error)
        return False
    logger.info(
        "session %s, %s, of %s: %d predictions deleted%s",
        session.pk,
        session.state,
        session.created_at.strftime("%Y-%m-%d"),
        done.predictions,
        ", and the session" if done.whole else "",
    )
    return True


def _age(text: str) -> timedelta:
    try:
        return parse_age(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"a whole number from 0 on was expected, got {text!r}")
    return int(text)
