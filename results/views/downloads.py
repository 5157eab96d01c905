"""The page from which a session is taken away."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from results import selectors
from results.errors import SessionNotFound
from results.pages.downloads import downloads_page


@require_safe
def session_downloads(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The files of one session, or why there are none yet or any more."""
    try:
        session = selectors.get_session(uuid)
    except SessionNotFound as error:
        raise Http404(str(error)) from error
    context = {
        "session": session,
        "page": downloads_page(session),
        "class_names": session.classifier.class_names,
    }
    return render(request, "results/downloads.html", context)
