"""What is answered where there is no page."""

from django.http import HttpRequest, HttpResponse
from django.views.defaults import page_not_found

from results.api.views import api_not_found


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The 404 of an unknown address: JSON for programs, a page for people."""
    if request.path.startswith("/api/"):
        return api_not_found(request)
    return page_not_found(request, exception)
