"""Who may change something over REST."""

from urllib.parse import urlsplit

from django.conf import settings
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView


class NotFromAnotherSite(BasePermission):
    """Refuses a change that a page of another site asked a visitor's browser for.

    Browsers name the page's origin in every such request; programs such as curl name none and
    pass. The host that was asked is checked against ``ALLOWED_HOSTS``, so that a foreign name
    which resolves to this machine (DNS rebinding) does not count as this site.
    """

    message = "a page of another site may not change anything here"
    code = "foreign-origin"

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the request is safe, without an origin, or of this site."""
        origin = request.headers.get("Origin")
        host = request.get_host()
        if request.method in SAFE_METHODS or origin is None:
            return True
        return origin in settings.CSRF_TRUSTED_ORIGINS or urlsplit(origin).netloc == host
