"""Tokens in the admin: made there, shown once, revoked there."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.debug import sensitive_variables

from access.models import AccessToken
from access.services import revoke_token
from access.tokens import hash_token, new_token

if TYPE_CHECKING:
    # Only the type checker knows this class as generic.
    _TokenAdmin = admin.ModelAdmin[AccessToken]
else:
    _TokenAdmin = admin.ModelAdmin


STATES = {
    "valid": pgettext_lazy("state of a token", "valid"),
    "revoked": pgettext_lazy("state of a token", "revoked"),
    "expired": pgettext_lazy("state of a token", "expired"),
}


@admin.register(AccessToken)
class AccessTokenAdmin(_TokenAdmin):
    """Tokens are made and revoked, never changed; of their text nothing is kept."""

    list_display = (
        *("name", "now", "can_stream", "can_read", "owner"),
        *("created_at", "last_used_at", "expires_at"),
    )
    list_filter = ("can_stream", "can_read", ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("owner",)
    search_fields = ("name", "owner__username")
    fields = ("name", "can_stream", "can_read", "expires_at", "owner")
    readonly_fields = ("now", "created_at", "last_used_at", "revoked_at")
    actions = ("revoke",)

    def has_change_permission(self, request: HttpRequest, obj: AccessToken | None = None) -> bool:
        """Nobody: what a token is for does not change while programs have it."""
        del request, obj
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AccessToken | None = None) -> bool:
        """Nobody: sessions tell by which token they were started."""
        del request, obj
        return False

    def get_fields(self, request: HttpRequest, obj: AccessToken | None = None) -> Any:
        """What is asked for, and of a token that is there also what became of it."""
        asked = super().get_fields(request, obj)
        return asked if obj is None else (*asked, *self.readonly_fields)

    @admin.display(description=gettext_lazy("state"))
    def now(self, token: AccessToken) -> str:
        """Valid, revoked or expired."""
        return str(STATES[token.state()])

    @sensitive_variables("text")
    def save_model(self, request: HttpRequest, obj: AccessToken, form: Any, change: bool) -> None:
        """Draw the token; its text goes no further than the answer to this request."""
        text = new_token()
        obj.sha256 = hash_token(text)
        super().save_model(request, obj, form, change)
        setattr(request, "new_token_text", text)

    def response_add(
        self, request: HttpRequest, obj: AccessToken, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the token, this once."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("Copy the token now"),
            "opts": self.opts,
            "token": obj,
            "text": getattr(request, "new_token_text"),
        }
        response = TemplateResponse(request, "access/token_made.html", context)
        return response

    @admin.action(description=gettext_lazy("Revoke"), permissions=["add"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[AccessToken]) -> None:
        """End the validity of those chosen, at once."""
        for token in queryset:
            revoke_token(token)
        self.message_user(request, _("%(count)d revoked") % {"count": queryset.count()})
