"""A real browser for tests: whatever Chromium the system has, driven by Playwright."""

import contextlib
import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
# How long what is expected may take to come, on a machine that has much else to do.
EXPECT_TIMEOUT_MS = 60_000


def find_chromium() -> str:
    """The path of a Chromium; without one the test is skipped, or fails where ``CI`` is set."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        missing = f"no browser was found; looked for {', '.join(NAMES)}"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return path


@contextlib.contextmanager
def launched_browser() -> Iterator[Browser]:
    """A browser for as long as the context lasts.

    Playwright's synchronous interface runs an event loop in this thread meanwhile, so Django
    takes database calls for unsafe; a test needs ``DJANGO_ALLOW_ASYNC_UNSAFE`` for them.
    """
    path = find_chromium()
    expect.set_options(timeout=EXPECT_TIMEOUT_MS)
    with sync_playwright() as playwright:
        # The sandbox needs privileges that containers lack; only our own pages are opened.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def overflow_px(page: Page) -> int:
    """CSS pixels by which a page is wider than its window; 0 where it fits.

    A click that leads to another page returns before that one is there: wait for something on it
    first, as a page that is just coming has no width.
    """
    root = "document.documentElement"
    return int(page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))
