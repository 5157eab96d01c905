"""access.middleware.HeadersMiddleware and the content security policy in a real browser."""

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from results.lifecycle import SessionState
from results.models import Session
from tests.access.conftest import make_token
from tests.results.conftest import make_report, make_session
from tests.results.offers import offer_classifier

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "correct horse battery"
# Noted in the page itself, as a violation need not reach the console.
NOTE_VIOLATIONS = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) =>
  violations.push(`${event.violatedDirective}: ${event.blockedURI} in ${event.sourceFile}`));
"""


class Watched:
    """A page whose violations of the policy, and other errors, are noted."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.url = url
        self.page: Page = browser.new_page()
        self.errors: list[str] = []
        self.page.add_init_script(NOTE_VIOLATIONS)
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _note(self, message: Any) -> None:
        # This server has no websockets, so the live view's cannot open; all else is an error.
        if message.type == "error" and "/ws/live/" not in message.text:
            self.errors.append(message.text)

    def visit(self, path: str) -> None:
        """Open a page and let it come to rest."""
        self.page.goto(f"{self.url}{path}", wait_until="networkidle")
        self.check(path)

    def check(self, path: str) -> None:
        """Fail where something was against the policy, or failed otherwise."""
        assert self.page.evaluate("violations") == [], path
        assert not self.errors, f"{path}: {self.errors}"


@pytest.fixture(name="watched")
def make_watched(live_server: LiveServer, browser: Browser) -> Watched:
    """A browser that watches what is against the policy."""
    return Watched(browser, live_server.url)


def test_the_watch_sees_a_violation(watched: Watched) -> None:
    watched.visit("/")
    watched.page.evaluate("document.body.setAttribute('style', 'color: red')")
    watched.page.wait_for_function("violations.length > 0")
    with pytest.raises(AssertionError):
        watched.check("/")


def test_no_page_is_against_the_policy(watched: Watched) -> None:
    offer_classifier()
    finished, running = make_report().session, make_session(SessionState.RUNNING)
    for path in (
        *("/", f"/sessions/{finished.uuid}/", f"/sessions/{running.uuid}/"),
        *("/sign-in/", "/health/"),
    ):
        watched.visit(path)


def test_the_page_of_the_api_works_within_the_policy(watched: Watched) -> None:
    session = make_report().session
    watched.visit("/api/docs/")
    page = watched.page
    expect(page.get_by_text("Sessions, the newest first")).to_be_visible()
    page.get_by_text("Sessions, the newest first").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.get_by_text(str(session.uuid)).first).to_be_visible()
    watched.check("/api/docs/")


def test_the_admin_works_within_the_policy(watched: Watched) -> None:
    get_user_model().objects.create_superuser("admin", password=PASSWORD)
    session = make_report().session
    page = watched.page
    watched.visit("/admin/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("What was streamed")).to_be_visible()
    make_token(name="old")
    for path in (
        *("/admin/", "/admin/results/session/", f"/admin/results/session/{session.uuid}/change/"),
        *("/admin/results/prediction/", "/admin/axes/accessattempt/", "/admin/auth/user/add/"),
        *("/admin/access/accesstoken/", "/admin/auth/group/add/"),
    ):
        watched.visit(path)
    watched.visit("/admin/access/accesstoken/add/")
    page.get_by_label("Name").fill("edge")
    page.get_by_label("Can stream").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("Token")).to_have_value(re.compile(r"^fst_[\w-]{43}$"))
    watched.check("/admin/access/accesstoken/add/")
    watched.visit("/admin/results/session/")
    page.get_by_label("Select this object").first.check()
    page.get_by_role("combobox", name="Action").select_option("delete_selected")
    page.locator("button[name=index]").click()
    page.get_by_role("button", name="Yes, I").click()
    expect(page.get_by_text("Successfully deleted")).to_be_visible()
    watched.check("/admin/results/session/")
    assert not Session.objects.exists()


def test_nothing_is_shown_in_a_frame(live_server: LiveServer, browser: Browser) -> None:
    page = browser.new_page()
    page.goto("about:blank")
    page.set_content(f'<iframe src="{live_server.url}/" width="600" height="600"></iframe>')
    page.wait_for_load_state("networkidle")
    frames = [frame for frame in page.frames if frame != page.main_frame]
    assert frames and "fashionsite" not in frames[0].content()


def test_another_site_can_neither_read_nor_start_nor_show_anything(
    live_server: LiveServer, browser: Browser
) -> None:
    offer_classifier()
    session = make_report().session
    page = browser.new_page()
    # Another site to the browser, though the same machine: a page without an origin.
    page.goto("data:text/html,<title>another site</title>")
    read = """async ([url, init]) => {
      try { return (await fetch(url, init)).status } catch (error) { return error.name }
    }"""
    sessions = f"{live_server.url}/api/sessions/"
    assert page.evaluate(read, [sessions, {}]) == "TypeError"
    body = '{"classifier": "small-cnn", "count": 1, "fps": 1, "offset": 0}'
    as_text = {"method": "POST", "body": body, "mode": "no-cors"}
    page.evaluate(read, [sessions, as_text])
    as_json = {"method": "POST", "body": body, "headers": {"Content-Type": "application/json"}}
    assert page.evaluate(read, [sessions, as_json]) == "TypeError"
    form = {"method": "POST", "body": "classifier=small-cnn&fps=1", "mode": "no-cors"}
    page.evaluate(read, [f"{live_server.url}/sessions/", form])
    page.evaluate(read, [f"{live_server.url}/sessions/{session.uuid}/stop/", form])
    assert Session.objects.count() == 1
    shown = page.evaluate(
        """(url) => new Promise((resolve) => {
          const picture = new Image();
          picture.onload = () => resolve("shown");
          picture.onerror = () => resolve("refused");
          picture.src = url;
        })""",
        f"{sessions}{session.uuid}/samples/0.png",
    )
    assert shown == "refused"
