"""The tokens that programs bring."""

from datetime import datetime

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from access.roles import Scope

# Also a file name, for the file that the token is written to once.
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z"


class AccessToken(models.Model):
    """A token, of which only the hash is kept."""

    name = models.CharField(
        max_length=64,
        unique=True,
        validators=[RegexValidator(NAME_PATTERN, "letters, digits, dots, dashes, underscores")],
        help_text="whose it is or what for; letters, digits, dots, dashes and underscores",
    )
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    can_stream = models.BooleanField(
        default=False, help_text="open sessions, take frames, give predictions"
    )
    can_read = models.BooleanField(
        default=False, help_text="read sessions, predictions, pictures and reports"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="access_tokens",
        help_text="the token works as long as this person's account is active",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="empty: never")
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="to the minute"
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(can_stream=True) | Q(can_read=True), name="token_is_for_something"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scopes(self) -> frozenset[Scope]:
        """What it is for."""
        granted = {Scope.STREAM: self.can_stream, Scope.READ: self.can_read}
        return frozenset(scope for scope, is_granted in granted.items() if is_granted)

    def state(self, now: datetime | None = None) -> str:
        """``valid``, ``revoked`` or ``expired``, now or at that time."""
        if self.revoked_at is not None or (self.owner is not None and not self.owner.is_active):
            return "revoked"
        if self.expires_at is not None and self.expires_at <= (now or timezone.now()):
            return "expired"
        return "valid"
