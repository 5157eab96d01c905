"""A way through every page, with a picture of each in light, in the dark and on a phone."""

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Request, ViewportSize

from tests.browser import overflow_px
from tests.looks.accessibility import COLOURS, violations
from tests.looks.stage import Shown
from tests.servers import ROOT, RunningServer

WIDE, PHONE, NARROWEST = 1280, 390, 360
HEIGHT = 900
# Pictures of pages, for people to look at; CI keeps them.
SCREENSHOTS = Path(os.environ.get("SCREENSHOTS", ROOT / "var" / "screenshots"))
# What is below the fold is not loaded before somebody scrolls to it, and a picture shows it all.
_LOAD_ALL = """async () => {
  for (const image of document.querySelectorAll("img")) image.loading = "eager";
  await Promise.all([...document.images].map((image) => image.decode().catch(() => null)));
}"""
# Colours that change by transition are none to measure yet.
_SETTLE = """() => Promise.all(document.getAnimations()
  .filter((one) => one instanceof CSSTransition).map((one) => one.finished.catch(() => null)))"""


@dataclass(frozen=True)
class View:
    """A page to look at.

    Attributes:
        name: Of its pictures' files.
        path: Where it is, with fields of :class:`Shown` in braces.
        visitor: Who looks: ``staff``, a ``member``, a ``stranger``, or staff who read ``german``.
        ready: What is there once it is drawn, as a selector.
        way: How to come there, where an address is not enough; it is given a page that is at
            ``path``.
        theirs: Rules that others' parts of it violate, each with the reason.
        is_translated: It is another view with other words, so only its room is looked at.
    """

    name: str
    path: str
    visitor: str = "staff"
    ready: str = "h1"
    way: Callable[["Tour", Page], None] | None = None
    theirs: dict[str, str] = field(default_factory=dict)
    is_translated: bool = False


@dataclass(frozen=True)
class Look:
    """What was seen of a page: what is wrong by scheme, overflow by width, the hosts it asked."""

    violations: dict[str, list[str]]
    overflow_px: dict[int, int]
    hosts: frozenset[str]


class Tour:
    """Looks at each view once, whoever asks for what was seen of it."""

    def __init__(self, server: RunningServer, browser: Browser, shown: Shown) -> None:
        self.url = server.http_url
        self.folder = server.folder
        self.shown = shown
        self.requests: list[Request] = []
        self._looks: dict[str, Look] = {}
        contexts = {
            "stranger": browser.new_context(locale="en-GB"),
            "staff": self._signed_in(browser, shown.staff),
            "member": self._signed_in(browser, shown.member),
            "german": self._signed_in(browser, shown.staff, "de-DE"),
        }
        for context in contexts.values():
            context.on("request", self._note)
        self._pages = {visitor: context.new_page() for visitor, context in contexts.items()}

    def _note(self, request: Request) -> None:
        self.requests.append(request)

    def _signed_in(self, browser: Browser, cookie: str, locale: str = "en-GB") -> BrowserContext:
        context = browser.new_context(locale=locale)
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": self.url}])
        return context

    def look(self, view: View) -> Look:
        """What there is to see of a view."""
        if view.name not in self._looks:
            self._looks[view.name] = self._look(view)
        return self._looks[view.name]

    def address(self, path: str) -> str:
        """Where a path with fields of :class:`Shown` in braces is."""
        return f"{self.url}{path.format(**asdict(self.shown))}"

    def open(self, view: View) -> Page:
        """The visitor's page, at a view; it is one for all views, as another is a process more."""
        page = self._pages[view.visitor]
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(ViewportSize(width=WIDE, height=HEIGHT))
        page.goto(self.address(view.path))
        if view.way is not None:
            view.way(self, page)
        page.locator(view.ready).first.wait_for()
        return page

    def weights(self, view: View) -> dict[str, int]:
        """Bytes, unpacked, of a page as staff see it and of what it asks for, by address.

        What it asks for is told by a browser that has nothing of it in its cache. Each is then
        fetched again, as a page that loads itself anew drops the answers it had.
        """
        browser = self._pages[view.visitor].context.browser
        assert browser is not None
        with self._signed_in(browser, self.shown.staff) as context:
            page = context.new_page()
            addresses = {self.address(view.path)}
            page.on("request", lambda request: addresses.add(request.url))
            page.goto(self.address(view.path))
            return {url: len(context.request.get(url).body()) for url in sorted(addresses)}

    def _look(self, view: View) -> Look:
        self.requests.clear()
        seen, overflow = _seen(self.open(view), view)
        return Look(seen, overflow, frozenset(filter(None, map(_host, self.requests))))


def _seen(page: Page, view: View) -> tuple[dict[str, list[str]], dict[int, int]]:
    page.evaluate(_LOAD_ALL)
    found = {} if view.is_translated else _violations(page, view)
    overflow = {}
    for width in (WIDE, NARROWEST, PHONE):
        page.set_viewport_size(ViewportSize(width=width, height=HEIGHT))
        overflow[width] = overflow_px(page)
        if width != NARROWEST:
            _take(page, view, "light" if width == WIDE else "phone")
    return found, overflow


def _violations(page: Page, view: View) -> dict[str, list[str]]:
    found = {"light": violations(page, but=tuple(view.theirs))}
    page.emulate_media(color_scheme="dark")
    page.evaluate(_SETTLE)
    found["dark"] = [] if view.theirs else violations(page, COLOURS)
    _take(page, view, "dark")
    page.emulate_media(color_scheme="light")
    page.evaluate(_SETTLE)
    return found


def _take(page: Page, view: View, kind: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(
        path=SCREENSHOTS / f"{view.name}-{kind}.png",
        # The same in other colours, and what is not ours, need not be seen to the end.
        full_page=kind != "dark" and not view.theirs,
        animations="disabled",
    )


def _host(request: Request) -> str | None:
    """Where a request went; ``None`` for what is in the page or on the disk itself."""
    return urlsplit(request.url).hostname
