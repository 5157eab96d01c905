"""Every page that there is to look at, and how to come there."""

from collections.abc import Callable
from dataclasses import replace

from playwright.sync_api import Page

from tests.looks.tour import Tour, View


def _send_to(path: str) -> Callable[[Tour, Page], None]:
    """Send the form of the page's head elsewhere, as a visitor might who may not."""

    def send(tour: Tour, page: Page) -> None:
        with page.expect_navigation():
            page.evaluate(
                """(address) => {
                  const form = document.querySelector(".top form");
                  form.action = address;
                  form.submit();
                }""",
                tour.address(path),
            )

    return send


def _open_file(tour: Tour, page: Page) -> None:
    """Take the report away and open the file."""
    answer = page.context.request.get(tour.address("/api/sessions/{report}/export.html"))
    assert answer.ok, answer.status_text
    file = tour.folder / "report.html"
    file.write_bytes(answer.body())
    page.goto(file.as_uri())


_SESSION = "/sessions/{report}/"
_SWAGGER = "Swagger UI draws it, from a package that we do not change"
SWAGGER = ("color-contrast", "heading-order", "nested-interactive", "region", "target-size")
_ADMIN = "Django's admin draws it, by templates and styles of its own"
ADMIN = ("label-title-only", "link-in-text-block", "target-size")

VIEWS = (
    View("sessions", "/"),
    View("sessions-read-only", "/", visitor="stranger"),
    View("sign-in", "/sign-in/", visitor="stranger"),
    View("report", _SESSION),
    View("report-failed", "/sessions/{failed}/"),
    View("report-pruned", "/sessions/{pruned}/"),
    View("live", "/sessions/{running}/", ready='[data-live="strip"] img'),
    View("live-waiting", "/sessions/{requested}/", ready='[data-live="waiting"]'),
    View("frames", f"{_SESSION}frames/"),
    View("frames-none", f"{_SESSION}frames/?confidence_max=0"),
    View("frame", f"{_SESSION}frames/{{flip}}/?right=false"),
    View("frame-lost", "/sessions/{failed}/frames/42/"),
    View("compare-choose", f"{_SESSION}compare/"),
    View("compare", f"{_SESSION}compare/?with={{other}}"),
    View("compare-flip", f"{_SESSION}compare/{{other}}/{{flip}}/"),
    View("downloads", f"{_SESSION}downloads/"),
    View("run-again", f"{_SESSION}again/"),
    View("error-403", "/", visitor="member", way=_send_to("/sessions/{running}/stop/")),
    View("error-404", "/sessions/00000000-0000-0000-0000-000000000000/"),
    View("report-offline", _SESSION, way=_open_file),
    View("api-docs", "/api/docs/", ready=".opblock", theirs=dict.fromkeys(SWAGGER, _SWAGGER)),
    View("admin", "/admin/", theirs=dict.fromkeys(ADMIN, _ADMIN)),
    View("admin-sessions", "/admin/results/session/", theirs=dict.fromkeys(ADMIN, _ADMIN)),
)
# German words are the longer ones.
GERMAN = tuple(
    replace(view, name=f"{view.name}-german", visitor="german", is_translated=True)
    for view in VIEWS
    if view.name in ("sessions", "report", "live")
)
# All that hold to our own rules, be it in width or by keyboard.
OURS = (*(view for view in VIEWS if not view.theirs), *GERMAN)
