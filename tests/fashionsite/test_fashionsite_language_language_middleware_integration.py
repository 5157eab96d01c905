"""fashionsite.language.LanguageMiddleware: pages in two languages, everything else in one."""

import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import translation
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from results.ledger import Loss
from results.lifecycle import SessionState
from results.models import Session
from results.services.retention import prune_session
from tests.browser import overflow_px
from tests.results.conftest import (
    CLASS_NAMES,
    make_baseline,
    make_batch,
    make_classifier,
    make_predictions,
    make_report,
    make_session,
)
from tests.results.offers import offer_classifier
from tests.results.pairs import drawn, make_pair, make_stream
from tests.servers import ROOT, RunningServer

pytestmark = pytest.mark.django_db

GERMAN = "de-DE,de;q=0.9,en;q=0.5"
# What is written for readers may differ; an address only where it says the language.
_FOR_READERS = {"lang", "aria-label", "alt", "title", "placeholder", "data-label", "data-before"}
_RATES = re.compile(r"^jetzt \d+,\d\sfps von \d+,\d\sfps$")
# The same word in both languages, or a name.
_SAME = {
    *CLASS_NAMES,
    *("fashionsite", "fashion-mnist", "small-cnn", "large-cnn", "test", "test-client"),
    *("REST", "Admin", "Live", "Drift", "Label", "Client", "Details", "Downloads", "English"),
    *("Deutsch", "Manifest", "Rate", "analyze", "max", "Parameter", "Median", "median", "PNG"),
    *("Name", "Token"),
}


class _Read(HTMLParser):
    """What a page has for programs and what it has for readers."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.for_programs: list[tuple[str, tuple[tuple[str, str], ...]]] = []
        self.texts: list[str] = []
        self._within: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if given.get("name") in ("csrfmiddlewaretoken", "language"):
            return
        self._within.append(tag)
        self.texts += [given[name] for name in _FOR_READERS - {"lang"} if name in given]
        kept = {name: value for name, value in given.items() if name not in _FOR_READERS}
        if "href" in kept:
            kept["href"] = kept["href"].replace("?language=de", "")
        self.for_programs.append((tag, tuple(sorted(kept.items()))))

    def handle_endtag(self, tag: str) -> None:
        while tag in self._within and self._within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style", "code", "pre", "kbd"} & set(self._within) and data.strip():
            self.texts.append(" ".join(data.split()))


def _in_both(address: str, client: Client | None = None) -> tuple[_Read, _Read]:
    client = client or Client()
    pages = []
    for language in ("en", "de"):
        response = client.get(address, headers={"Accept-Language": language})
        text = response.content.decode()
        assert f'<html lang="{language}">' in text
        pages.append(_Read(text))
    return pages[0], pages[1]


def _untranslated(english: _Read, german: _Read) -> set[str]:
    """What both say alike, though it has words that are no names."""
    names = "|".join(re.escape(name) for name in sorted(_SAME, key=len, reverse=True))
    known = re.compile(rf"\b({names}|UTC|fps|[0-9a-f-]{{32,}})\b")
    alike = set(english.texts) & set(german.texts)
    return {text for text in alike if re.search("[A-Za-z]{3}", known.sub("", text))}


def _everything_is_there() -> dict[str, str]:
    """Sessions in every state that a page shows, by the address of each page."""
    baseline = {"baseline": make_baseline()}
    streamed = make_session(SessionState.FINISHING, classifier=make_classifier(card=baseline))
    report = make_report(streamed)
    over = report.session
    Session.objects.filter(pk=over.pk).update(threshold=0.6, interruption_count=2)
    first, second = make_pair(drawn(90, 1), drawn(90, 2), drawn(90, 3))
    running = make_session(classifier=make_classifier(card=baseline))
    make_predictions(running, make_batch(80))
    broken = make_session(
        SessionState.STOPPED,
        announced=100,
        sent=90,
        received=80,
        losses={
            "unsent": [Loss("browser", ((90, 99),)).as_dict()],
            "lost": [Loss("gap", ((0, 9),)).as_dict()],
            "dropped": [Loss("overload", ((12, 12),)).as_dict()],
        },
    )
    pruned = make_report().session
    prune_session(session_uuid=pruned.pk, keep_report=True)
    offer_classifier()
    return {
        "list": "/",
        "older": f"/?before={over.pk}",
        "report": f"/sessions/{over.pk}/",
        "live": f"/sessions/{running.pk}/",
        "drift": f"/sessions/{over.pk}/#drift",
        "broken": f"/sessions/{broken.pk}/",
        "pruned": f"/sessions/{pruned.pk}/",
        "pruned frames": f"/sessions/{pruned.pk}/frames/",
        "frames": f"/sessions/{over.pk}/frames/?right=true",
        "no frame": f"/sessions/{over.pk}/frames/?label=1&class_id=2&confidence_min=0.999",
        "bad filter": f"/sessions/{over.pk}/frames/?label=99999",
        "frame": f"/sessions/{over.pk}/frames/3/",
        "lost frame": f"/sessions/{broken.pk}/frames/12/",
        "downloads": f"/sessions/{over.pk}/downloads/",
        "no downloads": f"/sessions/{running.pk}/downloads/",
        "chooser": f"/sessions/{first.pk}/compare/",
        "nothing to compare": f"/sessions/{make_stream('small-cnn', frames=5).pk}/compare/",
        "compared": f"/sessions/{first.pk}/compare/?with={second.pk}",
        "compared frame": f"/sessions/{first.pk}/compare/{second.pk}/3/",
        "compared narrowly": f"/sessions/{first.pk}/compare/?with={second.pk}&label=3",
        "compared with itself": f"/sessions/{first.pk}/compare/?with={first.pk}",
        "compared with none": f"/sessions/{first.pk}/compare/?with=nonsense",
        "again": f"/sessions/{over.pk}/again/",
        "sign in": "/sign-in/?next=/",
        "nowhere": "/nowhere/",
    }


def test_every_page_is_in_german_and_gives_programs_the_same_as_in_english() -> None:
    untranslated = {}
    for name, address in _everything_is_there().items():
        english, german = _in_both(address)
        assert english.for_programs == german.for_programs, name
        untranslated[name] = _untranslated(english, german)
    assert {name: texts for name, texts in untranslated.items() if texts} == {}


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        pytest.param(None, "en", id="nothing"),
        pytest.param(GERMAN, "de", id="German first"),
        pytest.param("de-AT", "de", id="German of another country"),
        pytest.param("en,de;q=0.9", "en", id="English first"),
        pytest.param("fr,de;q=0.5", "de", id="the first that there is"),
        pytest.param("fr", "en", id="none that there is"),
        pytest.param("../../etc", "en", id="nonsense"),
    ],
)
def test_a_browser_is_answered_in_the_language_that_it_asks_for(
    asked: str | None, language: str
) -> None:
    response = Client().get("/", headers={} if asked is None else {"Accept-Language": asked})
    assert f'<html lang="{language}">' in response.content.decode()
    assert response["Content-Language"] == language
    # The next request of this thread begins as if there had been none.
    assert translation.get_language() == "en"


def test_caches_are_told_that_it_depends_on_who_asks() -> None:
    report = make_report().session
    for address in ("/", f"/sessions/{report.pk}/", f"/sessions/{report.pk}/frames/", "/nowhere/"):
        varies = {name.strip() for name in Client().get(address)["Vary"].split(",")}
        assert {"Accept-Language", "Cookie"} <= varies
        assert not Client().get(address).has_header("ETag")


def test_what_programs_read_is_the_same_bytes_for_everybody() -> None:
    session = make_report().session
    files = ("export.json", "export.csv", "export.jsonl", "export.html", "export.manifest.json")
    addresses = [
        *("/health/", "/api/sessions/?state=nonsense", "/api/nowhere/", "/api/docs/"),
        f"/api/sessions/{session.pk}/",
        f"/api/sessions/{session.pk}/metrics/",
        f"/api/sessions/{session.pk}/report/",
        f"/api/sessions/{session.pk}/thresholds/",
        f"/api/sessions/{session.pk}/frames/1.png?scale=99",
        *(f"/api/sessions/{session.pk}/{name}" for name in files),
    ]
    german = Client(headers={"Accept-Language": GERMAN})
    german.cookies["language"] = "de"
    for address in addresses:
        one, other = Client().get(address), german.get(address)
        assert one.status_code == other.status_code, address
        assert b"".join(one) == b"".join(other), address
        assert not other.has_header("Content-Language"), address
        assert "Accept-Language" not in other.get("Vary", ""), address


def test_a_problem_over_rest_is_said_in_english_and_on_a_page_in_german() -> None:
    session = make_report().session
    offer_classifier()
    german = Client(headers={"Accept-Language": GERMAN})
    over_rest = german.get(f"/api/sessions/{session.pk}/predictions/?label=99999")
    assert "less than or equal to 32767" in over_rest.json()["detail"]
    page = german.get(f"/sessions/{session.pk}/frames/?label=99999")
    assert "kleiner oder gleich 32767" in page.content.decode()
    asked = {"classifier": "small-cnn", "count": "2000", "fps": "10"}
    refused = german.post("/api/sessions/", asked, content_type="application/json")
    assert refused.json()["detail"].endswith("got 2000")
    assert "verlangt waren 2000" in german.post("/sessions/", asked).content.decode()


def test_a_number_is_typed_and_sent_alike_in_both_languages() -> None:
    session = make_report().session
    german = Client(headers={"Accept-Language": GERMAN})
    page = german.get(f"/sessions/{session.pk}/?threshold=0.85").content.decode()
    assert 'value="0.85"' in page
    assert '<strong data-threshold="at">0,85</strong>' in page
    saved = german.post(f"/sessions/{session.pk}/threshold/", {"threshold": "0.85"})
    assert saved.status_code == 302
    assert Session.objects.get().threshold == 0.85


def test_the_switch_is_remembered_and_leads_back(settings: Settings) -> None:
    client = Client(headers={"Accept-Language": "en"}, enforce_csrf_checks=True)
    page = client.get("/nowhere/?before=1").content.decode()
    token = client.cookies["csrftoken"].value
    assert 'name="next" value="/nowhere/?before=1"' in page
    chosen = {"language": "de", "next": "/nowhere/?before=1"}
    assert client.post("/language/", chosen).status_code == 403
    response = client.post("/language/", chosen | {"csrfmiddlewaretoken": token})
    assert (response.status_code, response["Location"]) == (302, "/nowhere/?before=1")
    cookie = client.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("de", True, "Lax")
    assert int(cookie["max-age"]) == 365 * 24 * 60 * 60
    assert '<html lang="de">' in client.get("/").content.decode()


@pytest.mark.parametrize(
    "elsewhere",
    [
        pytest.param("https://example.org/", id="another site"),
        pytest.param("//example.org/", id="another site by the same scheme"),
        pytest.param("/\\example.org/", id="what browsers take for that"),
        pytest.param("javascript:alert(1)", id="a script"),
    ],
)
def test_the_switch_leads_nowhere_else(elsewhere: str) -> None:
    response = Client().post("/language/", {"language": "de", "next": elsewhere})
    assert (response.status_code, response["Location"]) == (302, "/")


@pytest.mark.parametrize("language", ["xx", "../de", "", "de; Path=/admin"])
def test_a_language_that_there_is_not_changes_nothing(language: str) -> None:
    client = Client()
    client.post("/language/", {"language": language})
    assert "language" not in client.cookies
    client.cookies["language"] = language
    assert '<html lang="en">' in client.get("/").content.decode()


def test_on_a_network_a_stranger_chooses_the_language_of_the_sign_in_page(
    settings: Settings,
) -> None:
    settings.ACCESS = "network"
    client = Client()
    assert client.post("/language/", {"language": "de", "next": "/sign-in/"}).status_code == 302
    page = client.get("/sign-in/").content.decode()
    assert '<html lang="de">' in page
    assert "Benutzername" in page
    assert client.get("/")["Location"].startswith("/sign-in/")


def test_the_admin_speaks_german_too() -> None:
    make_session()
    client = Client(headers={"Accept-Language": GERMAN})
    client.force_login(get_user_model().objects.create_superuser("admin"))
    page = client.get("/admin/results/session/").content.decode()
    assert '<html lang="de"' in page
    for words in ("Abmelden", "Sitzungen", "Gespeichert", "Vorhersagen löschen, Berichte behalten"):
        assert words in page


def test_the_page_of_our_own_bugs_is_made_without_a_request_and_has_no_switch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("results.views.sessions.SESSIONS_A_PAGE", None)
    client = Client(raise_request_exception=False, headers={"Accept-Language": GERMAN})
    response = client.get("/")
    assert response.status_code == 500
    assert "Bei uns ist etwas kaputtgegangen" in response.content.decode()
    assert "/language/" not in response.content.decode()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_reader_switches_to_german_and_everything_works_and_fits(
    stream_server: RunningServer, browser: Browser, width: int
) -> None:
    earlier = _analysed(stream_server, "--count=60", "--fps=0")
    page = browser.new_page(viewport={"width": width, "height": 844}, locale="en-GB")
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.extend([said.text] * (said.type == "error")))
    page.goto(f"{stream_server.http_url}/")
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", name="Sitzungen", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="English")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "de"
    _fits(page, "list")
    with _analysing(stream_server, "--count=100", "--fps=10") as process:
        uuid = _uuid_said(process)
        page.goto(f"{stream_server.http_url}/sessions/{uuid}/")
        expect(page.locator('[data-live="state"]')).to_have_text("läuft")
        rate = page.locator('[data-chart="rate"] [data-now]')
        expect(rate).to_have_text(_RATES)
        expect(page.locator(".line-first").first).to_have_attribute("d", re.compile("^M.*L"))
        expect(page.locator('[data-chart="mix"] [data-now]')).to_contain_text("meist: ")
        expect(page.locator('[data-live="confidence"]')).to_have_text(re.compile(r"^\d+,\d\s%$"))
        _fits(page, "live")
        expect(page.get_by_role("heading", name="Kennzahlen")).to_be_visible()
        process.wait(20)
    _fits(page, "report")
    slider = page.get_by_role("slider", name="Schwellenwert")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#threshold-says")).to_contain_text("Bei 0,79:")
    assert page.locator('[data-threshold="marker"]').get_attribute("x1") == "79"
    page.get_by_role("button", name="0,79 mit der Sitzung sichern").click()
    expect(page.get_by_text("gesichert: 0,79")).to_be_visible()
    page.goto(f"{stream_server.http_url}/sessions/{uuid}/compare/")
    _fits(page, "chooser")
    page.goto(f"{stream_server.http_url}/sessions/{uuid}/compare/?with={earlier}")
    expect(page.get_by_role("heading", name="Nebeneinander")).to_be_visible()
    _fits(page, "comparison")
    for name in ("frames/", "frames/3/", "downloads/"):
        page.goto(f"{stream_server.http_url}/sessions/{uuid}/{name}")
        _fits(page, name.replace("/", "-"))
    assert not complaints


def _fits(page: Page, name: str) -> None:
    assert overflow_px(page) == 0, name


def _analysing(server: RunningServer, *options: str) -> subprocess.Popen[bytes]:
    analyze = [sys.executable, str(ROOT / "manage.py"), "analyze", *options]
    return subprocess.Popen(
        [*analyze, f"--server={server.ws_url}"], env=server.environment, stderr=subprocess.PIPE
    )


def _uuid_said(process: subprocess.Popen[bytes]) -> str:
    assert process.stderr is not None
    said = (re.search(rb"session ([0-9a-f-]{36})", line) for line in process.stderr)
    return next(found[1].decode() for found in said if found)


def _analysed(server: RunningServer, *options: str) -> str:
    done = server.manage("analyze", *options, f"--server={server.ws_url}")
    found = re.search("session ([0-9a-f-]{36})", done.stderr)
    assert found is not None
    return found[1]
