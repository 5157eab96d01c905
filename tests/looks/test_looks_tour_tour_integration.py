"""tests.looks.tour.Tour: every page in light, in the dark, on a phone and by keyboard."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser import launched_browser
from tests.looks.garments import write_garments
from tests.looks.stage import FRAMES, SETTINGS, UNDER_WAY, set_stage
from tests.looks.tour import Tour, View
from tests.looks.views import OURS, VIEWS
from tests.servers import running_server

# Pages look the same on every database.
pytestmark = pytest.mark.once

FIRST_PAGE_BYTES = 300_000
BY_NAME = {view.name: view for view in VIEWS}
# Numbers everything that the Tab key should come to, notes what it comes to and whether that can be
# seen, and returns how much there is.
_WATCH_FOCUS = """() => {
  const wanted = "a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']";
  const stops = [...document.querySelectorAll(wanted)].filter(
    (one) => !one.disabled && one.checkVisibility({ visibilityProperty: true }));
  stops.forEach((one, index) => (one.dataset.stop = index));
  window.focused = [];
  addEventListener("focusin", ({ target }) => {
    const style = getComputedStyle(target);
    const box = target.getBoundingClientRect();
    const isSeen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 &&
      box.width > 1 && box.bottom > 0 && box.top < innerHeight;
    window.focused.push([Number(target.dataset.stop ?? -1), isSeen, target.outerHTML.slice(0, 120)]);
  });
  document.activeElement.blur();
  getSelection().setPosition(document.body, 0); // where the Tab key begins
  return stops.length;
}"""


@pytest.fixture(name="tour", scope="module")
def begin_tour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tour]:
    """One server and one browser for all pages."""
    folder = tmp_path_factory.mktemp("looks")
    dataset = write_garments(folder / "clothes.pickle", 2 * FRAMES)
    with (
        running_server(folder / "server", dataset=dataset, settings=SETTINGS) as server,
        launched_browser() as browser,
    ):
        yield Tour(server, browser, set_stage(server))


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_axe_core_finds_nothing_wrong(tour: Tour, view: View) -> None:
    assert tour.look(view).violations == {"light": [], "dark": []}


@pytest.mark.parametrize("view", OURS, ids=lambda view: view.name)
def test_a_page_is_no_wider_than_the_screen(tour: Tour, view: View) -> None:
    overflow_px = tour.look(view).overflow_px
    assert max(overflow_px.values()) <= 0, overflow_px


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_no_request_leaves_the_host(tour: Tour, view: View) -> None:
    assert tour.look(view).hosts == {"127.0.0.1"}


def test_the_first_page_weighs_little(tour: Tour) -> None:
    bytes_by_url = tour.weights(BY_NAME["sessions"])
    assert len([url for url in bytes_by_url if url.endswith((".css", ".js"))]) >= 3
    assert all(bytes_by_url.values())
    assert sum(bytes_by_url.values()) < FIRST_PAGE_BYTES, bytes_by_url


@pytest.mark.parametrize("name", ["report", "sign-in"])
def test_the_tab_key_comes_everywhere_and_is_seen(tour: Tour, name: str) -> None:
    page = tour.open(BY_NAME[name])
    stops = page.evaluate(_WATCH_FOCUS)
    for _ in range(stops + 1):
        page.keyboard.press("Tab")
    focused = page.evaluate("focused")
    assert [html for _, is_seen, html in focused if not is_seen] == []
    assert {number for number, _, _ in focused} >= set(range(stops))


def test_a_threshold_is_moved_and_kept_by_keyboard(tour: Tour) -> None:
    page = tour.open(BY_NAME["report"])
    slider = page.get_by_role("slider")
    slider.focus()
    slider.press("Home")
    for _ in range(3):
        slider.press("ArrowRight")
    expect(page.locator("#threshold-says")).to_contain_text("At 0.03:")
    slider.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#threshold .badge")).to_contain_text("0.03")


def test_a_cell_of_the_matrix_and_the_filters_work_by_keyboard(tour: Tour) -> None:
    page = tour.open(BY_NAME["report"])
    cell = page.locator(".confusion .right a").first
    count = cell.inner_text()
    cell.press("Enter")
    expect(page).to_have_url(re.compile(r"/frames/\?label=0&class_id=0$"))
    expect(page.locator(".frame-card")).to_have_count(int(count))
    page.locator("#f-right").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.locator("#f-min").press("Enter")
    expect(page).to_have_url(re.compile("right=false"))
    expect(page.locator(".frame-card")).to_have_count(0)


def test_a_view_is_paused_by_keyboard(tour: Tour) -> None:
    page = tour.open(BY_NAME["live"])
    pause = page.locator('[data-live="pause"]')
    for is_paused in ("true", "false"):
        pause.press("Space")
        expect(pause).to_have_attribute("aria-pressed", is_paused)
        expect(pause).to_be_focused()


def test_who_comes_late_sees_the_last_frames_once(tour: Tour) -> None:
    page = tour.open(BY_NAME["live"])
    expect(page.locator('[data-live="sequence"]')).to_have_text(str(UNDER_WAY - 1))
    strip = page.locator('[data-live="strip"] li')
    expect(strip).to_have_count(16)
    shown = strip.evaluate_all("items => items.map((one) => Number(one.dataset.sequence))")
    assert shown == list(range(UNDER_WAY - 1, UNDER_WAY - 17, -1))
    expect(strip.last.locator("img")).to_have_js_property("naturalWidth", 28)
