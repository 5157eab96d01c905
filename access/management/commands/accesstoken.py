"""Make, list and revoke the tokens that programs bring."""

import logging
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from access.models import AccessToken
from access.roles import Scope
from access.services import create_token, revoke_token

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """``python manage.py accesstoken create|list|revoke``."""

    help = "Make, list and revoke the tokens that stream clients and programs bring."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="make a token and write it to a file")
        create.add_argument("name", help="whose it is or what for")
        create.add_argument(
            "--scope",
            action="append",
            required=True,
            choices=[scope.value for scope in Scope],
            help="what it is for; may be given twice",
        )
        create.add_argument("--expires-in", type=int, metavar="DAYS", help="default: never")
        create.add_argument(
            "--output",
            type=Path,
            metavar="FILE",
            help="where it is written, for its owner's eyes alone (default: tokens/NAME in var)",
        )
        actions.add_parser("list", help="every token, without its text")
        revoke = actions.add_parser("revoke", help="end a token's validity at once")
        revoke.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the action says."""
        match options["action"]:
            case "create":
                _create(options)
            case "list":
                _list()
            case "revoke":
                _revoke(options["name"])


def _create(options: dict[str, Any]) -> None:
    name, days = options["name"], options["expires_in"]
    if days is not None and not 1 <= days <= 36_500:
        raise CommandError(f"--expires-in must be from 1 to 36500 days, got {days}")
    try:
        with transaction.atomic():
            token, text = create_token(
                name=name,
                scopes=[Scope(scope) for scope in options["scope"]],
                expires_at=None if days is None else timezone.now() + timedelta(days=days),
            )
            # Within the transaction: no token without a file, no file without a token.
            path = options["output"] or settings.VAR_DIR / "tokens" / token.name
            _write_for_owner(path, text)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    except OSError as error:
        raise CommandError(f"{error.filename} cannot be written: {error.strerror}") from error
    logger.info("token %r (%s) made; it is in %s and nowhere else", name, _scopes(token), path)


def _write_for_owner(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Made with its mode, so that it is at no time readable by others, and only where none is.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="ascii") as file:
        file.write(f"{text}\n")


def _list() -> None:
    tokens = AccessToken.objects.select_related("owner")
    for token in tokens:
        logger.info(
            "%s: %s, for %s, made %s, expires %s, last used %s",
            token.name,
            token.state(),
            _scopes(token),
            f"{token.created_at:%Y-%m-%d}",
            "never" if token.expires_at is None else f"{token.expires_at:%Y-%m-%d}",
            "never" if token.last_used_at is None else f"{token.last_used_at:%Y-%m-%d %H:%M} UTC",
        )
    if not tokens:
        logger.info("there is no token")


def _revoke(name: str) -> None:
    token = AccessToken.objects.filter(name=name).first()
    if token is None:
        names = ", ".join(AccessToken.objects.values_list("name", flat=True)) or "none"
        raise CommandError(f"no token is called {name!r}; there are {names}")
    revoke_token(token)
    logger.info("token %r is revoked", name)


def _scopes(token: AccessToken) -> str:
    return " and ".join(scope for scope in Scope if scope in token.scopes)
