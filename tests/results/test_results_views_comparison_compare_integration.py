"""results.views.comparison.compare: choosing a session, and two of them side by side."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect
from pytest_django import DjangoAssertNumQueries, Settings
from pytest_django.live_server_helper import LiveServer

from results.models import Session
from results.services.retention import prune_session
from tests.results.offers import offer_classifier
from tests.results.pairs import drawn, make_pair, make_stream, said, seal

pytestmark = pytest.mark.django_db

LABELS = [1] * 10
FIRST, SECOND = [1] * 4 + [2] * 6, [1] * 3 + [2] + [1] * 3 + [2] + [3] * 2


def _page(session: Session, query: str = "", status: int = 200) -> str:
    response = Client().get(f"/sessions/{session.uuid}/compare/{query}")
    assert response.status_code == status
    return re.sub(r"\s+", " ", response.content.decode().replace("\u202f", " "))


def test_puts_two_sessions_side_by_side(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    first, second = make_pair(FIRST, SECOND, LABELS)
    seal(first, second)
    with django_assert_max_num_queries(10):
        page = _page(first, f"?with={second.uuid}")
    assert 'small-cnn <span class="muted">against</span> large-cnn' in page
    assert "No difference beyond chance" in page
    assert "A got 1 and B got 3" in page and "p = 0.62" in page
    assert "They agree on <strong>40.0 %</strong> of the 10 frames" in page
    for part in ("Side by side", "By class", "Changed most", "Flipped predictions"):
        assert part in page
    assert page.count('class="flip"') == 6
    assert "+20.00 points" in page


def test_without_labels_shows_how_often_the_two_agree() -> None:
    first, second = make_pair([1, 1, 2], [1, 3, 2])
    page = _page(first, f"?with={second.uuid}")
    assert "No labels, so no verdict" in page
    assert "How often each class was said" in page and "All flips" in page
    assert "Only A right" not in page and 'class="two-by-two"' not in page
    assert page.count('class="flip"') == 1 and "no label" in page


def test_before_both_have_classified_a_frame_there_is_nothing_to_show() -> None:
    first, _ = make_pair([1, 1, 2], [1, 3, 2])
    waiting = make_stream("third-cnn", frames=3, dataset=first.dataset)
    page = _page(first, f"?with={waiting.uuid}")
    assert "Nothing to compare yet" in page and "Side by side" not in page


def test_narrows_the_flips() -> None:
    first, second = make_pair(FIRST, SECOND, LABELS)
    page = _page(first, f"?with={second.uuid}&kind=both-wrong&second_class_id=3")
    assert page.count('class="flip"') == 2
    assert "B said Dress" in page
    assert "?kind=both-wrong&amp;second_class_id=3" in page


def test_flips_come_in_pages() -> None:
    ids = drawn(100, 1, 4)
    first, second = make_pair(ids, [class_id + 1 for class_id in ids], ids)
    query, found = f"?with={second.uuid}&kind=only-first", list[str]()
    while query:
        page = _page(first, query)
        found += re.findall(r'alt="Frame (\d+)"', page)
        following = re.search(r'href="([^"]+)#flips" rel="next"', page)
        query = following[1].replace("&amp;", "&") if following else ""
    assert found == [str(sequence) for sequence in range(100)]


def test_says_what_is_wrong_with_a_filter() -> None:
    first, second = make_pair(FIRST, SECOND, LABELS)
    page = _page(first, f"?with={second.uuid}&kind=neither", status=400)
    assert 'role="alert"' in page and "Side by side" in page


def test_without_another_session_offers_those_over_the_same_frames() -> None:
    first, second = make_pair(FIRST, SECOND, LABELS)
    other = make_stream("third-cnn", frames=5, dataset=first.dataset)
    said(other, [1] * 5)
    page = _page(first)
    related, _, others = page.partition("Other sessions with frames in common")
    assert f"?with={second.uuid}" in related and "its frames analysed again" in related
    assert f"?with={other.uuid}" in others


def test_says_how_to_get_something_to_compare_with() -> None:
    page = _page(make_stream("small-cnn", frames=5))
    assert "Nothing to compare with yet" in page
    assert "python manage.py reanalyze" in page


@pytest.mark.parametrize(
    ("named", "status", "part"),
    [
        pytest.param("elsewhere", 409, "only sessions of the same dataset", id="other frames"),
        pytest.param("itself", 409, "not with itself", id="itself"),
        pytest.param("nobody", 404, "no session", id="no such session"),
        pytest.param("pruned", 410, "were deleted on", id="pruned"),
        pytest.param("text", 400, "is no session&#x27;s id", id="no id"),
    ],
)
def test_says_why_a_session_cannot_be_compared(named: str, status: int, part: str) -> None:
    first, second = make_pair(FIRST, SECOND, LABELS)
    if named == "pruned":
        prune_session(session_uuid=second.pk, keep_report=True)
    others = {
        "elsewhere": make_stream("x", frames=3).uuid,
        "itself": first.uuid,
        "nobody": uuid4(),
        "pruned": second.uuid,
        "text": "that one",
    }
    page = _page(first, f"?with={others[named]}", status=status)
    assert part in page.partition('role="alert"')[2]


def test_on_a_network_a_stranger_is_sent_to_sign_in(settings: Settings) -> None:
    first, second = make_pair(FIRST, SECOND, LABELS)
    settings.ACCESS = "network"
    for address in (f"compare/?with={second.uuid}", f"compare/{second.uuid}/3/"):
        response = Client().get(f"/sessions/{first.uuid}/{address}")
        assert response.status_code == 302 and "sign-in" in response["Location"]


@pytest.mark.django_db(transaction=True)
def test_from_choosing_to_running_again_by_click(
    live_server: LiveServer, browser: Browser, settings: Settings
) -> None:
    settings.RESULTS_FRAME_SOURCE = "tests.results.pairs.grey_frame"
    first, second = make_pair(FIRST, SECOND, LABELS)
    offer_classifier("third-cnn")
    page = browser.new_page()
    page.goto(f"{live_server.url}/sessions/{first.uuid}/")
    page.get_by_role("link", name="Compare", exact=True).click()
    page.get_by_role("link", name="Compare with large-cnn").click()
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()
    expect(page.locator(".flip")).to_have_count(6)
    page.get_by_role("link", name="Both wrong, differently").click()
    expect(page.locator(".flip")).to_have_count(2)
    flip = page.locator(".flip").first
    flip.scroll_into_view_if_needed()
    expect(flip.locator("img")).to_have_js_property("naturalWidth", 28)
    flip.click()
    expect(page.get_by_role("heading", name="Frame 8")).to_be_visible()
    expect(page.get_by_role("heading", name="small-cnn: Pullover")).to_be_visible()
    expect(page.get_by_role("heading", name="large-cnn: Dress")).to_be_visible()
    page.get_by_role("link", name="small-cnn against large-cnn").click()
    page.get_by_label("Classifier", exact=True).select_option("third-cnn")
    page.get_by_role("button", name="Run again").click()
    expect(page.get_by_text("requested")).to_be_visible()
    asked = Session.objects.get(repeats=first, state="requested")
    assert page.url == f"{live_server.url}/sessions/{asked.uuid}/"
    assert (asked.classifier.name, asked.dataset) == ("third-cnn", first.dataset)
    assert (asked.announced, asked.offset, asked.fps) == (10, 0, 0)
    assert second.repeats == first
