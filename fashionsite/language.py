"""Which language an answer is in: pages in the reader's, what programs read in English."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin

# REST, its documentation, and what probes and scrapers ask for; files have no language.
ENGLISH = ("/api/", "/health/", "/ready/", "/metrics", "/static/", "/favicon.ico")


class LanguageMiddleware(MiddlewareMixin):
    """Answers pages in the language of the cookie that the switch sets, else of the browser.

    Unlike Django's own it leaves alone what programs read, whose bytes must not depend on who
    asks, and leaves no language behind in the thread.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Find out the language and use it."""
        language = settings.LANGUAGE_CODE
        if has_language(request.path_info):
            language = translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language() or language

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Say which language it is, and keep caches from giving it to readers of another."""
        if has_language(request.path_info):
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        translation.deactivate()
        return response


def has_language(path: str) -> bool:
    """Whether people read what is at that path.

    >>> has_language("/sessions/"), has_language("/api/sessions/")
    (True, False)
    """
    return not path.startswith(ENGLISH)
