"""Having the frames of a session streamed again, to another classifier."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from rest_framework.exceptions import APIException

from access.visitors import visitor_of
from results.api.asking import request_session
from results.api.problems import status_of
from results.errors import ResultsError
from results.forms import AgainForm
from results.models import Session
from results.pages.again import again_form
from results.views.sessions import get_session_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def run_again(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask for a session over the same frames and go to its page; what is wrong is said here."""
    shown = get_session_or_404(uuid)
    if request.method != "POST":
        return _page(request, shown, again_form(shown))
    form = again_form(shown, request.POST)
    if form is None:
        return _page(request, shown, None, status=409)
    if not form.is_valid():
        return _page(request, shown, form, status=400)
    try:
        session = request_session(
            visitor=visitor_of(request), repeats=shown.pk, **form.cleaned_data
        )
    except (ResultsError, APIException) as error:
        form.add_error(None, str(error))
        return _page(request, shown, form, status=status_of(error))
    return redirect(session)


def _page(
    request: HttpRequest, shown: Session, form: AgainForm | None, status: int = 200
) -> HttpResponse:
    return render(request, "results/again.html", {"session": shown, "again": form}, status=status)
