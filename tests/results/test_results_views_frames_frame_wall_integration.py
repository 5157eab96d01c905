"""results.views.frames.frame_wall: the pictures of a session, by Django and by a browser."""

import re
import uuid

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Browser, ViewportSize, expect
from pytest_django import Settings

from results.lifecycle import SessionState
from results.models import Session
from results.services.retention import prune_session
from tests.browser import overflow_px
from tests.results.conftest import make_report, make_session
from tests.servers import RunningServer

pytestmark = pytest.mark.django_db


def _page(session: Session, query: str = "", status: int = 200) -> str:
    response = Client().get(f"/sessions/{session.uuid}/frames/{query}")
    assert response.status_code == status
    return re.sub(r"\s+", " ", response.content.decode().replace("\u202f", " "))


def test_shows_each_frame_with_its_picture_and_whether_it_is_right() -> None:
    page = _page(make_report().session)
    assert page.count('class="frame-card') == 60
    assert page.count("/frames/59.png") == 1
    assert page.count('loading="lazy"') == 60
    assert 'width="112" height="112"' in page
    assert page.count("wrong, </span>is ") + page.count("right, </span>as labelled") == 60
    assert "100 frames" in page
    assert 'href="?after=59" rel="next"' in page


def test_narrows_as_the_address_says_and_shows_that_in_the_form() -> None:
    page = _page(make_report().session, "?right=false&class_id=3&confidence_min=0.2")
    assert "right, </span>as labelled" not in page
    assert 'value="3" selected' in page and 'value="false" selected' in page
    assert 'value="0.2"' in page
    assert re.search(r"\d+ of 100 fit", page)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        pytest.param("?confidence_max=0", "No frame fits.", id="nothing fits"),
        pytest.param("?after=99", "There are no more frames.", id="beyond the end"),
    ],
)
def test_says_why_there_is_nothing(query: str, text: str) -> None:
    assert text in _page(make_report().session, query)


def test_a_session_that_stored_nothing_says_so() -> None:
    assert "No prediction was stored." in _page(make_session(SessionState.FAILED))
    assert "Nothing is stored yet." in _page(make_session())


def test_a_value_out_of_range_is_said_beside_the_form() -> None:
    page = _page(make_report().session, "?confidence_min=7&class_id=3", status=400)
    assert "confidence_min: " in page
    assert 'value="3" selected' in page and 'value="7"' in page


def test_a_pruned_session_says_where_its_frames_went() -> None:
    session = make_report().session
    prune_session(session_uuid=session.pk, keep_report=True)
    page = _page(session)
    assert "The 100 predictions of this session were deleted on" in page
    assert 'class="frame-card' not in page


def test_an_unknown_session_is_not_found() -> None:
    assert Client().get(f"/sessions/{uuid.uuid4()}/frames/").status_code == 404


def test_on_a_network_a_stranger_is_sent_to_the_sign_in_page(settings: Settings) -> None:
    settings.ACCESS = "network"
    session = make_report().session
    for path in ("frames/", "frames/3/"):
        response = Client().get(f"/sessions/{session.uuid}/{path}")
        assert response.status_code == 302
        assert "sign-in" in response["Location"]
    member = Client()
    member.force_login(get_user_model().objects.create_user("alice"))
    assert member.get(f"/sessions/{session.uuid}/frames/").status_code == 200


_SCRIPT = """
from results.lifecycle import SessionState
from results.models import Dataset, Session
from tests.results.conftest import make_batch, make_predictions, make_session
dataset = Dataset.objects.get()
session = make_session(SessionState.FINISHING, dataset=dataset, uuid={uuid!r})
make_predictions(session, make_batch(100), [index % 10 for index in range(100)])
Session.objects.filter(pk=session.pk).update(state=SessionState.COMPLETED)
"""


def test_a_click_on_the_matrix_leads_to_a_frame_by_mouse_and_keys(
    stream_server: RunningServer, browser: Browser
) -> None:
    session_uuid = str(uuid.uuid4())
    made = stream_server.manage("shell", "-v0", "-c", _SCRIPT.format(uuid=session_uuid))
    assert made.returncode == 0, made.stderr
    complaints: list[str] = []
    page = browser.new_page(viewport=ViewportSize(width=1100, height=800))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(f"{stream_server.http_url}/sessions/{session_uuid}/")
    cell = page.locator(".confusion td:not(.right) a").first
    count = int(cell.inner_text())
    cell.click()
    expect(page).to_have_url(re.compile(r"/frames/\?label=\d+&class_id=\d+"))
    expect(page.locator(".frame-card")).to_have_count(count)
    expect(page.locator(".frame-card.is-wrong")).to_have_count(count)
    picture = page.locator(".frame-card img").first
    expect(picture).to_have_js_property("naturalWidth", 28)
    top = page.locator(".frame-top").first
    expect(top).to_be_hidden()
    page.locator(".frame-card a").first.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(top).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".bars tr.is-top")).to_have_count(1)
    expect(page.locator(".frame-keys")).to_be_visible()
    sequence = int(re.findall(r"/frames/(\d+)/", page.url)[0])
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(rf"/frames/{sequence + 1}/\?class_id=\d+&label="))
    expect(page.locator(".frame-keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/frames/\?class_id=\d+&label=\d+"))
    page.set_viewport_size(ViewportSize(width=360, height=800))
    expect(page.locator(".frame-card").first).to_be_visible()
    assert overflow_px(page) == 0
    assert not complaints
