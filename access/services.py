"""Making, checking and revoking tokens."""

import hmac
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.db.models import Q
from django.utils import timezone

from access.errors import TokenRefused
from access.models import AccessToken
from access.roles import Scope
from access.tokens import hash_token, is_token, new_token

logger = logging.getLogger(__name__)

USE_IS_NOTED_EVERY = timedelta(minutes=1)


def create_token(
    *,
    name: str,
    scopes: Iterable[Scope],
    expires_at: datetime | None = None,
    owner: Any = None,
) -> tuple[AccessToken, str]:
    """A new token, and its text, which nobody can get again.

    Raises:
        ValidationError: a name that is malformed or taken, or no scope.
    """
    granted = frozenset(scopes)
    text = new_token()
    token = AccessToken(
        name=name,
        sha256=hash_token(text),
        can_stream=Scope.STREAM in granted,
        can_read=Scope.READ in granted,
        expires_at=expires_at,
        owner=owner,
    )
    if not granted:
        raise ValidationError("a token is for streaming, for reading or for both")
    token.full_clean()
    token.save()
    return token, text


def token_of(text: str) -> AccessToken:
    """The token of that text, if it is valid; notes its use, at most once a minute.

    Raises:
        TokenRefused: it is unknown, revoked or expired.
    """
    sha256 = hash_token(text)
    token = (
        AccessToken.objects.select_related("owner").filter(sha256=sha256).first()
        if is_token(text)
        else None
    )
    # The index finds by hash, of which a stranger cannot choose the beginning; whether all of it
    # is equal is compared in constant time.
    if token is None or not hmac.compare_digest(token.sha256, sha256):
        raise TokenRefused("no such token is known here")
    _refuse_unless_valid(token)
    _note_use(token)
    return token


def check_still_valid(token_id: int) -> None:
    """Let a token pass that was not revoked or expired meanwhile.

    Raises:
        TokenRefused: it was.
    """
    token = AccessToken.objects.select_related("owner").filter(pk=token_id).first()
    if token is None:
        raise TokenRefused("the token was deleted")
    _refuse_unless_valid(token)


def revoke_token(token: AccessToken) -> None:
    """End a token's validity; the first time counts."""
    AccessToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(
        revoked_at=timezone.now()
    )


def _refuse_unless_valid(token: AccessToken) -> None:
    state = token.state()
    if state != "valid":
        raise TokenRefused(f"the token {token.name!r} is {state}")


def _note_use(token: AccessToken) -> None:
    now = timezone.now()
    if token.last_used_at is not None and now - token.last_used_at < USE_IS_NOTED_EVERY:
        return
    unnoted = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - USE_IS_NOTED_EVERY)
    try:
        AccessToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)
    except DatabaseError as error:
        # Nobody is kept out because a time could not be written.
        logger.warning("the use of token %r could not be noted: %s", token.name, error)
