"""What a session's page asks for by itself: its drift while it runs, keeping a threshold."""

from uuid import UUID

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from access.visitors import visitor_of
from results.api.problems import NotTheOwner
from results.api.profiles import save_threshold
from results.errors import SessionNotFound
from results.forms import ThresholdForm
from results.pages.profile import profile_page
from results.views.sessions import get_session_or_404


@require_safe
def drift(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The figures of a session's drift as they are now, a part of its page."""
    session = get_session_or_404(uuid)
    context = {"session": session, "part": profile_page(session).drift}
    return render(request, "results/_drift_figures.html", context)


@require_POST
def threshold(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Keep the threshold with the session, or none, and go back to its page."""
    form = ThresholdForm(request.POST)
    if not form.is_valid():
        raise BadRequest("a threshold is a number from 0 to 1, or empty")
    try:
        session = save_threshold(
            uuid, visitor=visitor_of(request), threshold=form.cleaned_data["threshold"]
        )
    except SessionNotFound as error:
        raise Http404(str(error)) from error
    except NotTheOwner as error:
        raise PermissionDenied(str(error)) from error
    return redirect(f"{session.get_absolute_url()}#threshold")
