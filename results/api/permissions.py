"""Who may read and change something over REST.

DRF imports this module while its own are half loaded, so that its views cannot be named here.
"""

from typing import Any

from django.conf import settings
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from access import policy
from access.origins import is_same_site
from access.rest import rest_visitor


class NotFromAnotherSite(BasePermission):
    """Refuses a change that a page of another site asked a visitor's browser for.

    Browsers name the page's origin in every such request; programs such as curl name none and
    pass. The host that was asked is checked against ``ALLOWED_HOSTS``, so that a foreign name
    which resolves to this machine (DNS rebinding) does not count as this site.
    """

    message = "a page of another site may not change anything here"
    code = "foreign-origin"

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the request is safe, without an origin, or of this site."""
        origin = request.headers.get("Origin")
        host = request.get_host()
        if request.method in SAFE_METHODS or origin is None:
            return True
        return origin in settings.CSRF_TRUSTED_ORIGINS or is_same_site(origin, host)


class ByTheRules(BasePermission):
    """Reading and starting sessions, as `access.roles` has it for this server."""

    message = "this token, or this account, is not for that"
    code = "not-permitted"

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether who asks may read, or for an unsafe method start sessions."""
        del view
        rules, visitor = policy.rules(), rest_visitor(request)
        is_safe = request.method in SAFE_METHODS
        return rules.may_read(visitor) if is_safe else rules.may_start(visitor)
