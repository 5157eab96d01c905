"""The wall of a session's frames, and the page of one of them."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from rest_framework.exceptions import ValidationError

from results.api.filters import narrow_predictions
from results.api.problems import sentence
from results.errors import FrameUnavailable
from results.models import Session
from results.pages.frames import FILTERS, frame_page, picture_size, wall
from results.search import PredictionSearch
from results.views.sessions import get_session_or_404


@require_safe
def frame_wall(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The pictures of a session, narrowed and ordered as the address says."""
    session = get_session_or_404(uuid)
    context = _context(session)
    if session.pruned_at is not None:
        return render(request, "results/frames.html", context)
    query = request.GET.dict()
    try:
        search = narrow_predictions(session, query)
    except ValidationError as error:
        context |= {"problem": sentence(error.detail), "asked": query}
        return render(request, "results/frames.html", context, status=400)
    context["wall"] = wall(session, search, query, _after(query))
    return render(request, "results/frames.html", context)


@require_safe
def frame_detail(request: HttpRequest, uuid: UUID, sequence: int) -> HttpResponse:
    """One frame, enlarged, with everything that is known of it."""
    session = get_session_or_404(uuid)
    query = request.GET.dict()
    try:
        page = frame_page(session, sequence, _search(session, query))
    except FrameUnavailable as error:
        raise Http404(str(error)) from error
    context = _context(session) | {"page": page, "query": request.GET.urlencode()}
    return render(request, "results/frame.html", context)


def _context(session: Session) -> dict[str, object]:
    return {
        "asked": {},
        **picture_size(session),
        "session": session,
        "class_names": session.classifier.class_names,
        "label_names": session.dataset.class_names or session.classifier.class_names,
        "is_labelled": session.dataset.labelled,
    }


def _search(session: Session, query: dict[str, str]) -> PredictionSearch | None:
    """The wall that a frame was opened from, where the address says so in good order."""
    if not any(query.get(name) for name in FILTERS):
        return None
    try:
        return narrow_predictions(session, query)
    except ValidationError:
        return None


def _after(query: dict[str, str]) -> int | None:
    """The sequence that a page comes after; what is none gives the first page."""
    after = query.get("after", "")
    is_sequence = after.isascii() and after.isdigit() and len(after) < 19
    return int(after) if is_sequence else None
